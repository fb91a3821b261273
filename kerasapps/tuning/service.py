"""The two gRPC services of a chief: keras-tuner's, and ours with greeting, beats and outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TypeAlias

import grpc
from google.protobuf.message import DecodeError, Message
from keras_tuner.engine.trial import Trial, TrialStatus

from kerasapps.errors import KerasAppsError
from kerasapps.tuning.chief import Chief
from kerasapps.tuning.messages import (
    ORACLE,
    SERVICE,
    WORKER_KEY,
    differences,
    encode,
    keras_tuner_protocol,
)
from kerasapps.tuning.oracle import SearchOracle
from kerasapps.tuning.requests import (
    read_epoch,
    read_figures,
    read_hello,
    read_number,
    read_report,
    read_worker,
)
from kerasapps.tuning.trust import PROOF_KEY, Trust

Call: TypeAlias = Callable[[bytes, grpc.ServicerContext], bytes]
"""Answers a request; what it refuses it aborts."""

_WORDS: Final = 2000  # characters of a refusal: gRPC loses longer ones


class Gate(grpc.ServerInterceptor):  # type: ignore[misc]
    """Lets nobody in who does not know the secret; who does not is told nothing else."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._refusal = grpc.unary_unary_rpc_method_handler(_ask_for_secret)

    def intercept_service(
        self, continuation: Callable[[Any], Any], details: grpc.HandlerCallDetails
    ) -> Any:
        """gRPC asks this before each call of any service, also of one that there is not."""
        proof = dict(details.invocation_metadata).get(PROOF_KEY, "")
        return continuation(details) if self._trust.accepts(proof) else self._refusal


def add_services(server: grpc.Server, chief: Chief) -> None:
    """Make a server answer for the chief; what workers have no need of is not implemented."""
    for name, service in ((ORACLE, _OracleService(chief)), (SERVICE, _SearchService(chief))):
        handlers = {
            call: grpc.unary_unary_rpc_method_handler(answer)
            for call, answer in service.calls().items()
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))


class _Door:
    """Lets only those calls through that a known worker may make now."""

    def __init__(self, chief: Chief) -> None:
        self._chief = chief

    def serve(
        self,
        context: grpc.ServicerContext,
        work: Callable[[SearchOracle, str], Any],
        *,
        number: int | None = None,
    ) -> Any:
        """The answer of `work`, which gets the oracle for itself and the worker's name.

        Args:
            context: of the call.
            work: what to do.
            number: the trial that the call is about, which must be this worker's; None: none.
        """
        worker = self.require_known(context)
        try:
            with self._chief.asking() as oracle:
                mine = number is None or number == number_held(oracle, worker)
                answer = work(oracle, worker) if mine else None
        except Exception as error:
            self._refuse(context, worker, error)
        if not mine:
            context.abort(
                grpc.StatusCode.FAILED_PRECONDITION, f"Trial {number} is another worker's by now."
            )
        self._chief.changed.set()
        return answer

    def require_known(self, context: grpc.ServicerContext) -> str:
        """The name of the worker that calls, if the search goes on and it has said hello."""
        worker = worker_of(context)
        self.require_success(context, worker)
        if not self._chief.heard(worker):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "Say hello first.")
        return worker

    def require_success(self, context: grpc.ServicerContext, worker: str) -> None:
        """Tells a worker if the search has failed."""
        if self._chief.failure is not None:
            self._refuse(context, worker, self._chief.failure)

    def _refuse(self, context: grpc.ServicerContext, worker: str, failure: Exception) -> NoReturn:
        self._chief.dismiss(worker)
        known = isinstance(failure, KerasAppsError)
        words = str(failure) if known else f"{type(failure).__name__}: {failure}"
        _abort(context, grpc.StatusCode.ABORTED, f"The chief has ended the search: {words}")


class _OracleService:
    """What workers need of keras-tuner's service; its messages are Protocol Buffers."""

    def __init__(self, chief: Chief) -> None:
        self._chief, self._door = chief, _Door(chief)
        _, self._messages, _ = keras_tuner_protocol()

    def calls(self) -> dict[str, Call]:
        """The calls by name."""
        return {
            "CreateTrial": self.create_trial,
            "UpdateTrial": self.update_trial,
            "EndTrial": self.end_trial,
        }

    def create_trial(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        with _reading(context):
            asking = self._messages.CreateTrialRequest.FromString(request).tuner_id
            if asking != worker_of(context):
                raise ValueError("it asks in the name of another worker")
        trial = self._door.serve(context, lambda oracle, worker: oracle.create_trial(worker))
        if trial.status == TrialStatus.STOPPED:
            self._chief.dismiss(worker_of(context))
        return _bytes(self._messages.CreateTrialResponse(trial=trial.to_proto()))

    def update_trial(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        with _reading(context):
            content = self._messages.UpdateTrialRequest.FromString(request)
            number, epoch = read_number(content.trial_id), read_epoch(content.step)
            figures = read_figures(dict(content.metrics))
        trial = self._door.serve(
            context,
            lambda oracle, _: oracle.update_trial(oracle.id_of(number), figures, epoch),
            number=number,
        )
        return _bytes(self._messages.UpdateTrialResponse(trial=trial.to_proto()))

    def end_trial(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        with _reading(context):
            content = self._messages.EndTrialRequest.FromString(request)
            number = read_number(content.trial.trial_id)
        self._door.serve(
            context, lambda oracle, _: oracle.end_trial(_named(oracle, number)), number=number
        )
        return _bytes(self._messages.EndTrialResponse())


def _named(oracle: SearchOracle, number: int) -> Trial:
    """The oracle's own trial: of a worker's copy nothing but the number counts."""
    return oracle.trials[oracle.id_of(number)]


class _SearchService:
    """What keras-tuner's protocol has no words for."""

    def __init__(self, chief: Chief) -> None:
        self._chief, self._door = chief, _Door(chief)

    def calls(self) -> dict[str, Call]:
        """The calls by name."""
        return {"Hello": self.hello, "Beat": self.beat, "Report": self.report, "Leave": self.leave}

    def hello(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        with _reading(context):
            worker, content = read_worker(worker_of(context)), read_hello(request)
            sides = ("for the chief", "for the worker")
            changes = differences(self._chief.settings, content.settings, sides)
        if changes:
            _abort(
                context,
                grpc.StatusCode.INVALID_ARGUMENT,
                "This worker's search is not the chief's. Give the worker the same data and "
                f"options: {'; '.join(changes)}.",
            )
        self._door.require_success(context, worker)
        if content.joins:
            self._chief.welcome(worker)
        return encode({})

    def beat(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._door.require_known(context)
        return encode({})

    def leave(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._chief.left(self._door.require_known(context))
        return encode({})

    def report(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        with _reading(context):
            report = read_report(request)
        self._door.serve(
            context,
            lambda oracle, worker: oracle.record_outcome(report.number, report.outcome, worker),
            number=report.number,
        )
        return encode({})


def worker_of(context: grpc.ServicerContext) -> str:
    """The name in a call's metadata; empty if there is none."""
    return dict(context.invocation_metadata()).get(WORKER_KEY, "")


def number_held(oracle: SearchOracle, worker: str) -> int | None:
    """The trial that a worker is at; None: none."""
    trial = oracle.ongoing_trials.get(worker)
    return None if trial is None else int(trial.trial_id)


def _bytes(message: Message) -> bytes:
    return message.SerializeToString()


@contextmanager
def _reading(context: grpc.ServicerContext) -> Iterator[None]:
    """Refuses a message that cannot be read, and nothing else for it."""
    try:
        yield
    except (ValueError, RecursionError, DecodeError) as error:
        _abort(context, grpc.StatusCode.INVALID_ARGUMENT, f"Not a message of a worker: {error}.")


def _ask_for_secret(request: Any, context: grpc.ServicerContext) -> NoReturn:
    _abort(context, grpc.StatusCode.UNAUTHENTICATED, "The chief's secret is needed.")


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, words: str) -> NoReturn:
    context.abort(code, words if len(words) <= _WORDS else f"{words[:_WORDS]} …")
    raise AssertionError("abort raises")
