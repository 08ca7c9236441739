# SPDX-License-Identifier: GPL-3.0-or-later
"""How the command is called, with a script in its place; ExamplesIT calls the real one."""
import json
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import driftmoe

SCRIPT = '''#!{python} -X utf8
import json, os, pathlib, sys
words = sys.argv[1:]
pathlib.Path(os.environ["WORDS"]).write_text(json.dumps(words))
options = dict(word[2:].partition("=")[::2] for word in words if word.startswith("--"))
print("progress: grün", file=sys.stderr)
if words[0] == "bench":
    if options.get("streams") == "nope":
        print("driftmoe bench: no stream is called 'nope' (see driftmoe bench --help)", file=sys.stderr)
        print("WARNING: something of the JVM", file=sys.stderr)
        sys.exit(2)
    folder = pathlib.Path(options["out"])
    folder.mkdir(exist_ok=True)
    (folder / "results.csv").write_text(
        "stream,learner,seed,accuracy,model_bytes,recovery_events,label_delay,failure\\n"
        'sea_a,adaptive,1,83.25,2976736,236;208,5-9,\\n'
        'sea_a,"a, b",2,,,,0,"boom, it said"\\n')
elif words[0] == "demo":
    pathlib.Path(options["summary"]).write_text('{"accuracy": 83.5}')
elif words[0] == "inspect":
    print('{"modelKey": "a\\u2028\\u0085"}\\n{"modelKey": "b"}')
elif words[0] == "score":
    pathlib.Path(options["out"]).write_text('{"row": 1, "predicted": "ok", "probabilities": {"ok": 1.0}}\\n' * 2)
elif words[0] == "broker":
    print("'driftmoe topics --bootstrap 127.0.0.1:9999' creates the topics of a job", file=sys.stderr, flush=True)
    import time
    time.sleep(60)
elif words[0] == "job" and "--init" not in words:
    print("driftmoe job: give --config FILE", file=sys.stderr)
    sys.exit(1)
else:
    print("schema: grün")
'''


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        script = self.folder / "with blank"
        script.write_text(SCRIPT.replace("{python}", sys.executable), encoding="utf-8")
        script.chmod(0o755)
        environment = mock.patch.dict(os.environ, {
            "DRIFTMOE": str(script), "WORDS": str(self.folder / "words")})
        environment.start()
        self.addCleanup(environment.stop)
        without_pandas = mock.patch.dict(sys.modules, {"pandas": None})
        without_pandas.start()
        self.addCleanup(without_pandas.stop)

    def words(self) -> list:
        return json.loads((self.folder / "words").read_text())

    def test_bench_gives_a_table(self) -> None:
        table = driftmoe.bench(streams=["sea_a"], learners=["adaptive", "ARF-10"], seeds=range(1, 3),
                               label_delay="5-9", events=1000, class_="c", out=self.folder / "out")
        self.assertEqual(table, [
            {"stream": "sea_a", "learner": "adaptive", "seed": 1, "accuracy": 83.25, "model_bytes": 2976736,
             "recovery_events": "236;208", "label_delay": "5-9", "failure": ""},
            {"stream": "sea_a", "learner": "a, b", "seed": 2, "accuracy": None, "model_bytes": None,
             "recovery_events": "", "label_delay": 0, "failure": "boom, it said"}])
        self.assertEqual(self.words(), [
            "bench", "--streams=sea_a", "--learners=adaptive,ARF-10", "--events=1000", f"--out={self.folder / 'out'}",
            "--seeds=1,2", "--label-delay=5-9", "--class=c"])

    def test_bench_makes_a_frame_where_there_is_pandas(self) -> None:
        pandas = mock.Mock()
        with mock.patch.dict(sys.modules, {"pandas": pandas}):
            self.assertIs(driftmoe.bench(streams="sea_a"), pandas.DataFrame.return_value)
        rows = pandas.DataFrame.call_args.args[0]
        self.assertEqual([row["seed"] for row in rows], [1, 2])

    def test_the_line_of_a_failure_is_the_message(self) -> None:
        with self.assertRaises(driftmoe.CommandError) as raised:
            driftmoe.bench(streams="nope")
        self.assertEqual(
            str(raised.exception), "driftmoe bench: no stream is called 'nope' (see driftmoe bench --help)")
        self.assertEqual(raised.exception.exit_code, 2)

    def test_demo_gives_the_summary(self) -> None:
        self.assertEqual(driftmoe.demo(stream="led_a", events=50, verify=True, D={"learner.top-k": 2}),
                         {"accuracy": 83.5})
        words = self.words()
        self.assertEqual(words[:3], ["demo", "--stream=led_a", "--events=50"])
        self.assertEqual(words[-3:], ["--no-ui", "--verify", "-Dlearner.top-k=2"])

    def test_inspect_gives_a_dict_for_each_model(self) -> None:
        self.assertEqual(driftmoe.inspect("m.bin", depth=2), [{"modelKey": "a\u2028\u0085"}, {"modelKey": "b"}])
        self.assertEqual(self.words(), ["inspect", "m.bin", "--json", "--depth=2"])

    def test_score_gives_a_table(self) -> None:
        table = driftmoe.score("m.bin", "d.csv", class_="c", learn=True)
        self.assertEqual(table, 2 * [{"row": 1, "predicted": "ok", "probabilities": {"ok": 1.0}}])
        words = self.words()
        self.assertEqual(words[:4] + words[5:], ["score", "--model=m.bin", "--data=d.csv", "--class=c", "--learn"])

    def test_job_init_writes_the_file(self) -> None:
        text = driftmoe.job_init(self.folder / "job.yaml", data="d.csv", class_="c")
        self.assertEqual(text, "schema: grün\n")
        self.assertEqual((self.folder / "job.yaml").read_text(encoding="utf-8"), text)
        self.assertEqual(self.words(), ["job", "--init", "--data=d.csv", "--class=c"])

    def test_a_process_is_ready_and_ends(self) -> None:
        with driftmoe.broker() as broker:
            self.assertEqual(broker.address, "127.0.0.1:9999")
            self.assertTrue(broker.running)
        self.assertFalse(broker.running)
        self.assertEqual(self.words(), ["broker", "--port=0"])

    def test_a_process_that_fails_says_why(self) -> None:
        with self.assertRaisesRegex(driftmoe.CommandError, "^driftmoe job: give --config FILE$"):
            driftmoe.job("job.yaml", bootstrap="b:1")

    def test_a_missing_command_is_named(self) -> None:
        with mock.patch.dict(os.environ, {"DRIFTMOE": str(self.folder / "none")}):
            with self.assertRaises(FileNotFoundError):
                driftmoe.run("data", "list")


if __name__ == "__main__":
    unittest.main()
