# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed works without the checkout."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[1]


class PackingTest(unittest.TestCase):
    def test_schemas_are_packed(self) -> None:
        from driftmoe.records import Kinds

        with tempfile.TemporaryDirectory() as folder:
            build = [sys.executable, "setup.py", "-q", "egg_info", "--egg-base", folder, "build_py", "-d", folder]
            subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
            read = "from driftmoe import records; print(sorted(records.Kinds()._by_fingerprint), records.__file__)"
            ended = subprocess.run([sys.executable, "-c", read], cwd=folder, check=True, capture_output=True,
                                   encoding="utf-8", env={**os.environ, "PYTHONPATH": folder})

            self.assertEqual(ended.stdout.strip(), f"{sorted(Kinds()._by_fingerprint)} {folder}/driftmoe/records.py")
            info = pathlib.Path(folder, "driftmoe.egg-info/PKG-INFO").read_text(encoding="utf-8")
            self.assertRegex(info, r"(?m)^Version: \d+\.\d+\.\d+(\.dev0)?$")


if __name__ == "__main__":
    unittest.main()
