"""The two gRPC services of a chief: keras-tuner's, and ours with greeting, beats and outcomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from keras_tuner.engine.trial import TrialStatus
from keras_tuner.src.distribute.oracle_chief import OracleServicer

from kerasapps.errors import KerasAppsError
from kerasapps.tuning.messages import (
    SERVICE,
    WORKER_KEY,
    decode,
    differences,
    encode,
    keras_tuner_protocol,
)
from kerasapps.tuning.oracle import SearchOracle
from kerasapps.tuning.trial import Outcome

if TYPE_CHECKING:
    from kerasapps.tuning.chief import Chief


def add_services(server: grpc.Server, chief: Chief) -> None:
    """Make a server answer for the chief."""
    _, _, stubs = keras_tuner_protocol()
    stubs.add_OracleServicer_to_server(_OracleService(chief), server)
    ours = _SearchService(chief)
    calls = {"Hello": ours.hello, "Beat": ours.beat, "Report": ours.report}
    handlers = {name: grpc.unary_unary_rpc_method_handler(call) for name, call in calls.items()}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))


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


class _OracleService(OracleServicer):
    """keras-tuner's service, one call at a time and for known workers."""

    def __init__(self, chief: Chief) -> None:
        super().__init__(chief.oracle)
        self._chief, self._door = chief, _Door(chief)

    def CreateTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        create = super().CreateTrial
        answer = self._door.serve(context, lambda *_: create(request, context))
        if answer.trial.status == TrialStatus.to_proto(TrialStatus.STOPPED):
            self._chief.dismiss(worker_of(context))
        return answer

    def UpdateTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        update = super().UpdateTrial
        number = int(request.trial_id)
        return self._door.serve(context, lambda *_: update(request, context), number=number)

    def EndTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        end = super().EndTrial
        number = int(request.trial.trial_id)
        return self._door.serve(context, lambda *_: end(request, context), number=number)

    def UpdateSpace(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "The space of this search is fixed.")


class _SearchService:
    """What keras-tuner's protocol has no words for."""

    def __init__(self, chief: Chief) -> None:
        self._chief, self._door = chief, _Door(chief)

    def hello(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        worker = worker_of(context)
        content = _read(request, context)
        sides = ("for the chief", "for the worker")
        if changes := differences(self._chief.settings, content["settings"], sides):
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"This worker's search is not the chief's: {'; '.join(changes)}. Give the worker "
                "the same data and options.",
            )
        self._door.require_success(context, worker)
        if content["joins"]:
            self._chief.welcome(worker)
        return encode({})

    def beat(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._door.require_known(context)
        return encode({})

    def report(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        content = _read(request, context)
        number, outcome = int(content["number"]), Outcome(**content["outcome"])
        self._door.serve(
            context,
            lambda oracle, worker: oracle.record_outcome(number, outcome, worker),
            number=number,
        )
        return encode({})


def worker_of(context: grpc.ServicerContext) -> str:
    """The name in a call's metadata; empty if there is none."""
    return dict(context.invocation_metadata()).get(WORKER_KEY, "")


def number_held(oracle: SearchOracle, worker: str) -> int | None:
    """The trial that a worker is at; None: none."""
    trial = oracle.ongoing_trials.get(worker)
    return None if trial is None else int(trial.trial_id)


def _read(request: bytes, context: grpc.ServicerContext) -> dict[str, Any]:
    try:
        return decode(request)
    except ValueError as error:
        _abort(context, grpc.StatusCode.INVALID_ARGUMENT, f"Not a message of a worker: {error}")


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, words: str) -> NoReturn:
    context.abort(code, words)
    raise AssertionError("abort raises")
