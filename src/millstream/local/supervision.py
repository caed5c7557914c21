"""supervisord and the platform's talk with it.

The `supervisor` library keeps the services running (restart on exit, log rotation, process groups); what is started
when, and whether it is ready, the platform decides itself, so every program has `autostart=false`.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

import psutil
from supervisor.xmlrpc import Faults, SupervisorTransport

from millstream.errors import EngineError
from millstream.local.launch import FORMER, LaunchFile, ProcessRecord, family

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from millstream.local.layout import Layout
    from millstream.local.services.base import Command, Service

SUPERVISOR = "supervisord"
START_SECONDS = 20
# The longest that a service may take to stop, several times over.
END_SECONDS = 90

HEAD = """\
[supervisord]
nodaemon=true
silent=true
logfile={logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={run}/supervisord.pid
childlogdir={logs}
minfds=4096

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

PROGRAM = """
[program:{name}]
command="{python}" -m millstream.local.launch "{launch}"
autostart=false
autorestart=true
startsecs=2
startretries=20
stopsignal={signal}
stopwaitsecs={seconds}
stopasgroup={group}
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


def record_path(layout: Layout, name: str) -> Path:
    """Where a process's pid and start time are kept."""
    return layout.run / f"{name}.json"


def launch_path(layout: Layout, name: str) -> Path:
    """Where a service's launch file is kept."""
    return layout.conf / f"{name}.launch.json"


def write_launch_file(layout: Layout, name: str, command: Command) -> None:
    """Tell the launcher how to start a service."""
    record = str(record_path(layout, name))
    launch = LaunchFile(command.argv, cwd=command.cwd, record=record, env=command.env, user=command.user)
    launch.save(launch_path(layout, name))


def write_config(layout: Layout, services: Sequence[Service]) -> Path:
    """Write supervisord's configuration for all services."""
    # supervisord's file is an ini file in which " ;" opens a comment and "%" a value, in some places twice.
    logs, run = layout.alias / layout.logs.name, layout.alias / layout.run.name
    parts = [HEAD.format(logs=logs, run=run, socket=layout.supervisor_socket)]
    parts += [
        PROGRAM.format(
            name=service.name,
            python=sys.executable.replace("%", "%%"),
            launch=layout.alias / launch_path(layout, service.name).relative_to(layout.state),
            logs=logs,
            signal=service.stop_signal,
            seconds=service.stop_seconds,
            # PostgreSQL's own children must not get the signal: the postmaster ends them in order.
            group="false" if service.stop_signal == "INT" else "true",
        )
        for service in services
    ]
    path = layout.conf / "supervisord.conf"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def supervisor_process(layout: Layout) -> psutil.Process | None:
    """The running supervisord of this platform."""
    record = ProcessRecord.load(record_path(layout, SUPERVISOR))
    return record.process() if record else None


def start_supervisor(layout: Layout, config: Path) -> None:
    """Start supervisord in a session of its own and wait until it answers."""
    layout.supervisor_socket.unlink(missing_ok=True)
    argv = (sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(config))
    launch = LaunchFile(argv, cwd="/", record=str(record_path(layout, SUPERVISOR)))
    launch.save(launch_path(layout, SUPERVISOR))
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with (layout.logs / "supervisord.out").open("ab") as out:
        child = subprocess.Popen(
            (sys.executable, "-m", "millstream.local.launch", str(launch_path(layout, SUPERVISOR))),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env=environment,
        )
    try:
        _await_answer(layout, child)
    except BaseException:
        # It may not have left its record yet, so nobody else would find it.
        child.terminate()
        child.wait()
        raise


def _await_answer(layout: Layout, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        with _tolerate_absence(), Supervisor(layout) as supervisor:
            supervisor.states()
            return
        time.sleep(0.05)
    raise EngineError("supervisord did not start", mend=f"see {layout.logs / 'supervisord.out'}")


def shut_down(layout: Layout) -> None:
    """End supervisord and whatever still runs under it.

    Raises:
        EngineError: it does not end.
    """
    process = supervisor_process(layout)
    if process is None:
        return
    with _tolerate_absence(), Supervisor(layout) as supervisor:
        supervisor.shutdown()
    _await_end(process)


def outlast_shutdown(layout: Layout) -> None:
    """Wait for a supervisord that was told to end, by a `down` that was interrupted; it answers no calls any more.

    Raises:
        EngineError: it does not end.
    """
    process = supervisor_process(layout)
    if process is None:
        return
    with Supervisor(layout) as supervisor:
        if not supervisor.is_leaving():
            return
    _await_end(process)


def _await_end(process: psutil.Process) -> None:
    try:
        process.wait(timeout=END_SECONDS)
    except psutil.TimeoutExpired as exc:
        summary = f"supervisord (pid {process.pid}) does not end in {END_SECONDS} s"
        raise EngineError(summary, mend=f"end it with `kill {process.pid}`, then run the command again") from exc


@contextmanager
def _tolerate_absence() -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException, EngineError):
        return


class Supervisor:
    """Client of a running supervisord (XML-RPC over its Unix socket; supervisord.org/api.html).

    Raises:
        EngineError: from any call, when supervisord does not answer.
    """

    def __init__(self, layout: Layout) -> None:
        transport = SupervisorTransport(None, None, f"unix://{layout.supervisor_socket}")
        self._proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy("close")()

    def _call(self, method: str, *args: object) -> object:
        try:
            return getattr(self._proxy.supervisor, method)(*args)
        except (OSError, http.client.HTTPException) as exc:
            raise EngineError("supervisord does not answer", mend="run `millstream up`") from exc

    def states(self) -> Mapping[str, str]:
        """State of each program in supervisord's words: STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, FATAL …."""
        answer = self._call("getAllProcessInfo")
        return {info["name"]: info["statename"] for info in answer}  # type: ignore[attr-defined]

    def adopt(self) -> None:
        """Take up programs that its configuration has gained since it was started, as after an upgrade."""
        added: list[str] = self._call("reloadConfig")[0][0]  # type: ignore[index]
        for name in added:
            self._call("addProcessGroup", name)

    def start(self, name: str) -> None:
        """Start a program unless it runs already; does not wait."""
        try:
            self._call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise EngineError(f"{name} could not be started: {fault.faultString}") from fault

    def stop(self, name: str) -> None:
        """Stop a program and wait until it is gone."""
        self._stop(name, wait=True)

    def _stop(self, name: str, *, wait: bool) -> None:
        try:
            self._call("stopProcess", name, wait)
        except xmlrpc.client.Fault as fault:
            if "NOT_RUNNING" not in fault.faultString:
                raise EngineError(f"{name} could not be stopped: {fault.faultString}") from fault

    def stop_together(self, names: Sequence[str]) -> None:
        """Stop programs at the same time and wait until they are gone."""
        for name in names:
            self._stop(name, wait=False)
        while self._stopping(names):
            time.sleep(0.1)

    def _stopping(self, names: Sequence[str]) -> bool:
        # supervisord itself kills what does not stop in its `stopwaitsecs`, so this ends.
        states = self.states()
        return any(states[name] == "STOPPING" for name in names)

    def is_leaving(self) -> bool:
        """Whether it was told to end: it then refuses every call."""
        try:
            self._call("getState")
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == Faults.SHUTDOWN_STATE:
                return True
            raise EngineError(f"supervisord refused: {fault.faultString}") from fault
        except EngineError:
            # Its socket is closed before the process is gone.
            return True
        return False

    def shutdown(self) -> None:
        """End supervisord and whatever still runs under it."""
        self._call("shutdown")


def end_orphans(layout: Layout, signals: Mapping[str, str]) -> tuple[str, ...]:
    """End recorded services that outlived their supervisord, with their process groups.

    Call only when no supervisord of this platform runs.

    Args:
        layout: the platform's folders.
        signals: the stop signal of each service; a name without one gets TERM.

    Returns:
        Names of the services that had to be ended.
    """
    found = {path.stem: ProcessRecord.load(path) for path in layout.run.glob("*.json")}
    living = {name: process for name, record in found.items() if record and (process := record.process())}
    groups = [p for process in living.values() for p in family(process)]
    for name, process in living.items():
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.Signals[f"SIG{signals.get(name, 'TERM')}"])
    _, stubborn = psutil.wait_procs(list(living.values()), timeout=15)
    _kill(stubborn)
    _, left = psutil.wait_procs(groups, timeout=5)
    _kill(left)
    psutil.wait_procs(left, timeout=5)
    for path in layout.run.glob("*.json"):
        path.unlink()
    _end_remains(layout)
    return tuple(sorted(living))


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _end_remains(layout: Layout) -> None:
    """End what services have left behind that were killed and started again."""
    for path in layout.run.glob(f"*{FORMER}"):
        for line in path.read_text(encoding="utf-8").splitlines():
            _kill(ProcessRecord(**json.loads(line)).remains())
        path.unlink()
