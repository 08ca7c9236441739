# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs DriftMoE in Python as CapyMOA's MOAClassifier runs a learner of MOA: through JPype, with its calls in its order.

Usage: like_capymoa.py MOA_JAR DRIFTMOE_JAR ARFF_FILE EVENTS OPTIONS; prints the accuracy in per cent.
"""
import os
import sys

import jpype
import jpype.imports

moa_jar, driftmoe_jar, arff_file, events, options = sys.argv[1:]

jpype.addClassPath(driftmoe_jar)  # what a user adds
jpype.addClassPath(moa_jar)  # what CapyMOA adds when it is imported
if os.path.exists("/usr/share/java/org.jpype.jar"):
    jpype.addClassPath("/usr/share/java/org.jpype.jar")  # Debian keeps JPype's own jar apart
jpype.startJVM()

from moa.classifiers.driftmoe import DriftMoE  # noqa: E402
from moa.evaluation import BasicClassificationPerformanceEvaluator  # noqa: E402
from moa.streams import ArffFileStream  # noqa: E402

stream = ArffFileStream(arff_file, -1)
stream.prepareForUse()

learner = DriftMoE()
learner.setRandomSeed(1)
learner.setModelContext(stream.getHeader())
learner.getOptions().setViaCLIString(options)
learner.prepareForUse()
learner.resetLearningImpl()
learner.setModelContext(stream.getHeader())

evaluator = BasicClassificationPerformanceEvaluator()
for _ in range(int(events)):
    example = stream.nextInstance()
    evaluator.addResult(example, learner.getVotesForInstance(example))
    learner.trainOnInstance(example)
scores = {str(score.getName()): score.getValue() for score in evaluator.getPerformanceMeasurements()}
print(scores["classifications correct (percent)"])
