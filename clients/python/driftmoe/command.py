# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``driftmoe``, called from Python.

Options are keywords, with ``_`` for ``-``: ``label_delay=20`` is ``--label-delay 20``, ``verify=True`` is
``--verify``, a list is joined by commas, and ``D={"job.name": "x"}`` is ``-Djob.name=x``. A word of Python
gets a ``_`` at its end: ``class_="label"``.

The command is the program that the environment variable ``DRIFTMOE`` names, else ``driftmoe`` in the checkout that this
package lies in, else the one on the PATH.
"""
from __future__ import annotations

import atexit
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

from .errors import CommandError

Path = Union[str, "os.PathLike[str]"]
Names = Union[str, Iterable[str], None]
Row = dict[str, Any]

_FAILURE = re.compile(r"driftmoe(?: [a-z-]+)*: (.+)")
_NUMBER = re.compile(r"[+-]?(\d+|\d+\.\d*([eE][+-]?\d+)?|\d+[eE][+-]?\d+)")
_TEXT_COLUMNS = frozenset(
    ["stream", "learner", "command", "configuration", "data_sha256", "commit", "jvm", "processor", "started",
     "failure", "recovery_events"]
)
_STOP_SECONDS = 60.0
_LAST_SECONDS = 5.0


def run(*arguments: Any, progress: bool = False, **options: Any) -> str:
    """Runs a command to its end.

    :param arguments: its words, such as ``"data", "list"``
    :param progress: whether what it says meanwhile is shown on standard error
    :param options: see above
    :return: what it printed on standard output
    :raises CommandError: with its one line, where it fails
    """
    with subprocess.Popen(
        [*_command(), *map(str, arguments), *_options(options)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        complaints = _Complaints(process, progress)
        try:
            assert process.stdout is not None
            out = process.stdout.read()
            exit_code = process.wait()
            failure = complaints.failure()
        except BaseException:
            process.terminate()
            raise
    if exit_code != 0:
        raise CommandError(failure, exit_code)
    return out


def bench(
    streams: Names = None,
    learners: Names = None,
    events: Optional[int] = None,
    *,
    data: Optional[Path] = None,
    out: Optional[Path] = None,
    **options: Any,
) -> Any:
    """Compares learners on streams, prequentially: ``driftmoe bench``.

    :param streams: names of streams, as ``driftmoe bench --list`` has them
    :param learners: names of learners, likewise
    :param events: of each stream, at most
    :param data: a file instead of streams, with ``class_`` for the column of the class
    :param out: folder for tables and report, with which a stopped run goes on; None for none of it
    :param options: such as ``seeds=[1, 2]``, ``label_delay=100``, ``progress=True``
    :return: a row for each run, as ``benchmarks/README.md`` explains the columns: a DataFrame where
        pandas can be imported, else a list of dicts
    :raises CommandError: where it fails; a cell that fails is a row with its ``failure``
    """
    with tempfile.TemporaryDirectory(prefix="driftmoe-bench-") as temporary:
        folder = pathlib.Path(temporary if out is None else out)
        run("bench", streams=streams, learners=learners, events=events, data=data, out=folder, **options)
        with open(folder / "results.csv", encoding="utf-8", newline="") as table:
            rows = [{name: _cell(name, text) for name, text in row.items()} for row in csv.DictReader(table)]
    return _table(rows)


def score(model: Path, data: Path, *, class_: Optional[str] = None, **options: Any) -> Any:
    """Predicts each row of a file with a saved model: ``driftmoe score``.

    :param model: a model file, or the folder of a savepoint or checkpoint
    :param data: CSV or JSON lines, with the model's attributes by name
    :param class_: the column of the class, where there is one
    :param options: such as ``learn=True``, ``save_model="model-2.bin"``, ``key="pump-1"``
    :return: for each row its number (``row``), the ``predicted`` class, the ``label`` and the
        ``probabilities`` by class: a DataFrame where pandas can be imported, else a list of dicts
    :raises CommandError: where it fails
    """
    with tempfile.TemporaryDirectory(prefix="driftmoe-score-") as temporary:
        out = pathlib.Path(temporary, "predictions.jsonl")
        run("score", model=model, data=data, class_=class_, out=out, **options)
        with open(out, encoding="utf-8") as lines:
            return _table([json.loads(line) for line in lines])


def demo(*, data: Optional[Path] = None, stream: Optional[str] = None, events: Optional[int] = None,
         **options: Any) -> Row:
    """Runs a job on a stream, with a broker and a Flink cluster of its own: ``driftmoe demo``.

    :param data: a file instead of a stream, with ``class_`` for the column of the class
    :param stream: name of a stream
    :param events: how many
    :param options: such as ``label_delay=100``, ``verify=True``, ``save_model="model.bin"``
    :return: the summary, by the names that ``--summary`` writes
    :raises CommandError: where it fails
    """
    with tempfile.TemporaryDirectory(prefix="driftmoe-demo-") as temporary:
        summary = pathlib.Path(temporary, "summary.json")
        run("demo", data=data, stream=stream, events=events, summary=summary, no_ui=True, **options)
        found: Row = json.loads(summary.read_text(encoding="utf-8"))
        return found


def inspect(file: Path, *, key: Optional[str] = None, depth: Optional[int] = None) -> list[Row]:
    """What saved models have learned: ``driftmoe inspect --json``.

    :param file: a model file, or the folder of a savepoint or checkpoint
    :param key: only the model of this key
    :param depth: leaves out what parts say of themselves below this level
    :return: a dict for each model
    :raises CommandError: where it fails
    """
    lines = run("inspect", file, json=True, key=key, depth=depth).split("\n")  # U+2028 may stand in a text
    return [json.loads(line) for line in lines if line]


def job_init(to: Optional[Path] = None, **options: Any) -> str:
    """Writes a commented configuration of a job: ``driftmoe job --init``.

    :param to: the file that gets it; None for none
    :param options: such as ``data="events.csv", class_="label"``, or ``stream="led_a"``
    :return: the configuration, YAML
    :raises CommandError: where it fails
    """
    text = run("job", init=True, **options)
    if to is not None:
        pathlib.Path(to).write_text(text, encoding="utf-8")
    return text


class Process:
    """A command that runs until it is stopped, such as a broker or a job.

    Use it in a ``with`` statement, or call :meth:`stop`; it also ends with Python.
    """

    def __init__(self, arguments: Sequence[Any], options: Mapping[str, Any], ready: re.Pattern[str],
                 progress: bool, timeout: float) -> None:
        self._process = subprocess.Popen(
            [*_command(), *map(str, arguments), *_options(options)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        self._complaints = _Complaints(self._process, progress, ready)
        try:
            found = self._complaints.await_ready(timeout)
            if found is None:
                if self._process.poll() is None and not self._complaints.ended:
                    raise CommandError(f"{arguments[0]} is not ready after {timeout:g} s", 1)
                raise CommandError(self._complaints.failure(), self._process.wait())
        except BaseException:
            self._end()
            raise
        atexit.register(self.stop)  # also where a notebook ends by an error
        self.address = found.group(1)
        """Of a broker, where clients find it; of a job, its id."""

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def stop(self, timeout: float = _STOP_SECONDS) -> None:
        """Ends it as Ctrl-C does: a job keeps a savepoint, from which it goes on when it is started again."""
        if self.running:
            self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass
        self._end()

    def _end(self) -> None:
        atexit.unregister(self.stop)
        self._process.kill()
        self._process.wait()
        self._complaints.close()


def broker(port: int = 0, *, data: Optional[Path] = None, progress: bool = False, timeout: float = 120.0) -> Process:
    """Starts a Kafka broker on this machine: ``driftmoe broker``; its ``address`` is where clients find it.

    :param port: 0 for any that is free
    :param data: keeps the topics in this folder; None for a temporary one
    :param progress: whether what it says is shown on standard error
    :param timeout: seconds that it may take to start
    """
    # it prints its address, and then a hint with it
    ready = re.compile(r"'driftmoe topics --bootstrap (\S+)'")
    return Process(["broker"], {"port": port, "data": data}, ready, progress, timeout)


def job(config: Path, *, bootstrap: Optional[str] = None, progress: bool = False, timeout: float = 120.0,
        **options: Any) -> Process:
    """Creates the topics of a job that are missing and runs the job on this machine: ``driftmoe job``.

    :param config: its configuration
    :param bootstrap: other brokers than those of the configuration
    :param progress: whether what it says is shown on standard error
    :param timeout: seconds that it may take to start
    :param options: such as ``fresh=True``, ``D={"input.order": "event-time"}``
    """
    keys = dict(options.pop("D", {}))
    if bootstrap is not None:
        keys["kafka.bootstrap"] = bootstrap
    run("topics", config=config, D=keys)
    ready = re.compile(r"job (\S+) runs; press Ctrl-C to stop it")
    return Process(["job"], {"config": config, "D": keys, "no_ui": True, **options}, ready, progress, timeout)


class _Complaints:
    """What a process says on standard error: the last lines are kept, one may be waited for."""

    def __init__(self, process: "subprocess.Popen[str]", shown: bool,
                 ready: Optional[re.Pattern[str]] = None) -> None:
        self._process = process
        self._shown = shown
        self._ready = ready
        self._found: Optional[re.Match[str]] = None
        self._is_ready = threading.Event()
        self._lines: list[str] = []
        self.ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if self._shown:
                sys.stderr.write(line)
            self._lines = [*self._lines[-50:], line.rstrip("\n")]
            found = self._ready.search(line) if self._ready is not None else None
            if found is not None and self._found is None:
                self._found = found
                self._is_ready.set()
        self.ended = True
        self._is_ready.set()

    def await_ready(self, timeout: float) -> Optional[re.Match[str]]:
        self._is_ready.wait(timeout)
        return self._found

    def close(self) -> None:
        """Waits for the last line."""
        self._thread.join(_LAST_SECONDS)
        if not self._thread.is_alive() and self._process.stderr is not None:
            self._process.stderr.close()

    def failure(self) -> str:
        """The line that says what went wrong."""
        self._thread.join(_LAST_SECONDS)  # a child of the process may still hold the other end
        for line in reversed(self._lines):
            found = _FAILURE.fullmatch(line)
            if found:
                return line
        return self._lines[-1] if self._lines else "it said nothing"


def _command() -> list[str]:
    given = os.environ.get("DRIFTMOE")
    if given:
        return [given]
    checkout = pathlib.Path(__file__).resolve().parents[3] / "driftmoe"
    if checkout.is_file():
        return [str(checkout)]
    found = shutil.which("driftmoe")
    if found is None:
        raise FileNotFoundError(
            "there is no command driftmoe on the PATH: let the environment variable DRIFTMOE name it"
        )
    return [found]


def _options(options: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    for name, value in options.items():
        name = name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if name == "D":
            words += [f"-D{key}={_word(setting)}" for key, setting in value.items()]
        elif value is True:
            words.append(f"--{name}")
        else:
            words.append(f"--{name}={_word(value)}")
    return words


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return ",".join(map(_word, value))
    return str(value)


def _table(rows: list[Row]) -> Any:
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows)


def _cell(name: str, text: str) -> Any:
    if name in _TEXT_COLUMNS:
        return text
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    return text
