"""A worker's side of the conversation with the chief."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import grpc

from kerasapps.errors import ConfigError, TrainingError
from kerasapps.tuning.messages import (
    IDLE_SECONDS,
    JOB_VALUE,
    WORKER_KEY,
    decode,
    encode,
    keras_tuner_protocol,
    path_of,
)
from kerasapps.tuning.trial import Figures, Outcome, Values
from kerasapps.tuning.trust import PROOF_KEY, SECRET_VARIABLE, Trust
from kerasapps.wording.harmless import one_line

_CALL_SECONDS: Final = 60.0  # a Bayesian search over many trials thinks for seconds
_RETRY_SECONDS: Final = 0.5
_OPTIONS: Final = (
    ("grpc.enable_http_proxy", 0),  # a proxy for web pages cannot reach the machines of a search
    ("grpc.max_reconnect_backoff_ms", 2000),
)
# Of a failed handshake that no other attempt will better; a worker without TLS is only cut off.
_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "CERTIFICATE_VERIFY_FAILED", "Hostname Verification")
_AGAIN: Final = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


class NotYoursError(Exception):
    """The chief does not know this worker, or has given its trial to another."""


@dataclass(frozen=True)
class GivenTrial:
    """A trial that the chief gave to this worker.

    Attributes:
        proto: keras-tuner's message, which goes back when the trial ends.
        number: of the trial, from 0.
        values: what differs from the options as they are.
        epochs: train up to this epoch; None: as the options say.
        resume: number of the trial that this one goes on with; None: none.
    """

    proto: Any
    number: int
    values: Values
    epochs: int | None
    resume: int | None


class ChiefClient:
    """Asks one chief, again and again while it does not answer, up to a time."""

    def __init__(self, address: str, *, worker: str, patience: float, trust: Trust) -> None:
        """A client; nothing is sent yet.

        Args:
            address: HOST:PORT.
            worker: this worker's name, which no other has.
            patience: seconds without an answer after which the chief is given up.
            trust: the secret to show, and the certificates of TLS.
        """
        self._address, self._worker, self._patience = address, worker, patience
        self._messages, self._service, stubs = keras_tuner_protocol()
        self._metadata = ((WORKER_KEY, worker), (PROOF_KEY, trust.proof))
        credentials = trust.channel_credentials()
        if credentials is None:
            self._channel = grpc.insecure_channel(address, options=_OPTIONS)
        else:
            self._channel = grpc.secure_channel(address, credentials, options=_OPTIONS)
        self._oracle = stubs.OracleStub(self._channel)
        self._closing = threading.Event()

    def close(self) -> None:
        """Hang up: a call that another thread waits for ends with a `TrainingError`."""
        self._closing.set()
        self._channel.close()

    def hello(self, settings: Mapping[str, Any], *, joins: bool = True) -> None:
        """Join the search.

        Args:
            settings: what identifies the search as this machine understands it.
            joins: False: only ask whether one with these settings may join.

        Raises:
            ConfigError: if the chief's search has other settings; the message names them.
            TrainingError: if the chief does not answer, or its search has failed.
        """
        self._ask("Hello", {"settings": settings, "joins": joins})

    def beat(self) -> None:
        """Say that this worker is there.

        Raises:
            NotYoursError: if the chief has given this worker up.
            TrainingError: as for `hello`.
        """
        self._ask("Beat", {})

    def leave(self) -> None:
        """Say goodbye; a trial that this worker has goes to another, or waits for the next search.

        Raises:
            NotYoursError: if the chief does not know this worker.
            TrainingError: as for `hello`.
        """
        self._ask("Leave", {})

    def next_trial(self) -> GivenTrial | None:
        """The next trial, waited for; None: the search is over.

        Raises:
            NotYoursError: if the chief does not know this worker.
            TrainingError: as for `hello`.
        """
        status = self._messages.TrialStatus
        while True:
            request = self._service.CreateTrialRequest(tuner_id=self._worker)
            trial = self._call(self._oracle.CreateTrial, request).trial
            if trial.status == status.Value("STOPPED"):
                return None
            if trial.status == status.Value("RUNNING"):
                return self._given(trial)
            self._closing.wait(IDLE_SECONDS)

    def _given(self, trial: Any) -> GivenTrial:
        values = trial.hyperparameters.values.values
        try:
            return GivenTrial(trial, **json.loads(values[JOB_VALUE].string_value))
        except (TypeError, ValueError, RecursionError) as error:
            raise TrainingError(self._odd(f"its trial cannot be read: {error}")) from error

    def report_epoch(self, assignment: GivenTrial, epoch: int, figures: Figures) -> bool:
        """Tell the figures of an epoch; the answer is whether to go on.

        Raises:
            NotYoursError: if the trial is another worker's by now.
            TrainingError: as for `hello`.
        """
        request = self._service.UpdateTrialRequest(
            trial_id=assignment.proto.trial_id, metrics=dict(figures), step=epoch
        )
        trial = self._call(self._oracle.UpdateTrial, request).trial
        return bool(trial.status != self._messages.TrialStatus.Value("STOPPED"))

    def end(self, assignment: GivenTrial, outcome: Outcome) -> None:
        """Tell how the trial ended.

        Raises:
            NotYoursError: if the trial is another worker's by now.
            TrainingError: as for `hello`.
        """
        self._ask("Report", {"number": assignment.number, "outcome": asdict(outcome)})
        failed = outcome.state == "failed"
        trial = self._messages.Trial()
        trial.CopyFrom(assignment.proto)
        trial.status = self._messages.TrialStatus.Value("FAILED" if failed else "COMPLETED")
        self._call(self._oracle.EndTrial, self._service.EndTrialRequest(trial=trial))

    def _ask(self, call: str, content: Mapping[str, Any]) -> dict[str, Any]:
        method = self._channel.unary_unary(path_of(call))
        return decode(self._call(method, encode(content)))

    def _call(self, method: Callable[..., Any], request: Any) -> Any:
        give_up = time.monotonic() + self._patience
        while not self._closing.is_set():
            try:
                seconds = min(_CALL_SECONDS, max(1.0, give_up - time.monotonic()))
                return method(request, timeout=seconds, metadata=self._metadata)
            except grpc.RpcError as error:
                if not self._closing.is_set():  # hanging up cancels the calls under way
                    self._require_retry(error, give_up)
            except ValueError:  # how gRPC refuses calls once a channel is closed
                if not self._closing.is_set():
                    raise
            self._closing.wait(_RETRY_SECONDS)
        raise TrainingError(f"The connection to the chief at {self._address} was closed.")

    def _require_retry(self, error: Any, give_up: float) -> None:
        """Raises what an error means, unless another attempt may go better."""
        code, words = error.code(), one_line(error.details() or "")
        if code == grpc.StatusCode.FAILED_PRECONDITION:
            raise NotYoursError(words) from error
        if code == grpc.StatusCode.INVALID_ARGUMENT:
            raise ConfigError(words) from error
        if code == grpc.StatusCode.UNAUTHENTICATED:
            raise ConfigError(
                f"The chief at {self._address} does not take this worker's secret. Give the worker "
                f"the same file as the chief (TuneConfig.secret_file, or {SECRET_VARIABLE})."
            ) from error
        if code == grpc.StatusCode.ABORTED:
            raise TrainingError(words) from error
        if code not in _AGAIN:
            raise TrainingError(self._odd(f"{code.name}: {words}")) from error
        if any(sign in words for sign in _NO_TLS):
            raise TrainingError(
                f"No TLS with {self._address}: {words}. Check that the chief has a "
                "TuneConfig.tls_certificate for this very HOST, and that TuneConfig.tls_ca holds "
                "who signed it."
            ) from error
        if time.monotonic() > give_up:
            raise TrainingError(
                f"The chief at {self._address} has not answered for {self._patience / 60:.3g} "
                f"minutes ({words}). Check that it runs (--role chief), that the address "
                "is right, that no firewall stands between and that both sides have TLS or "
                "neither (TuneConfig.tls_ca); --patience-minutes waits longer."
            ) from error

    def _odd(self, words: str) -> str:
        return (
            f"{self._address} answers, but not as the chief of a search does ({words}). "
            "Check the address and that both machines have the same version of kerasapps."
        )
