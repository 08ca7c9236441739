# SPDX-License-Identifier: GPL-3.0-or-later
"""Version and schemas are those of the repository, which has them once."""
import pathlib
import re
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
MAIN = REPOSITORY / "schemas/src/main"


def version():
    """As Python writes it: 0.2.0-SNAPSHOT is 0.2.0.dev0."""
    pom = (REPOSITORY / "pom.xml").read_text(encoding="utf-8")
    return re.search(r"<version>(.+?)</version>", pom).group(1).replace("-SNAPSHOT", ".dev0")


class BuildWithSchemas(build_py):
    """Copies present schemas to driftmoe/schemas and former ones to driftmoe/schemas/former."""

    def run(self):
        super().run()
        if self.editable_mode:
            return  # the checkout is used as it is
        schemas = pathlib.Path(self.build_lib, "driftmoe/schemas")
        for source, target in (
            (MAIN / "avro", schemas),
            (MAIN / "resources/io/driftmoe/schemas", schemas / "former"),
        ):
            target.mkdir(parents=True, exist_ok=True)
            for file in source.glob("*.avsc"):
                shutil.copy(file, target)


setup(version=version(), cmdclass={"build_py": BuildWithSchemas})
