// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.router.LabelQuestion;
import io.driftmoe.router.LabelQuestions;
import java.util.Optional;

/** A learner of any kind that is given the labels it asks for, within a budget, and no others. */
final class AskingLearner implements Learner {
  private final Learner learner;
  private final LabelQuestions questions;

  AskingLearner(Learner learner, LabelQuestions questions) {
    this.learner = learner;
    this.questions = questions;
  }

  @Override
  public Forecast predict(FeatureVector features) {
    Forecast forecast = learner.predict(features);
    return questions
        .next(forecast.probabilities())
        .map(question -> learner.asked(forecast, question))
        .orElse(forecast);
  }

  @Override
  public boolean wantsLabel(Forecast forecast) {
    return forecast.question() != null;
  }

  @Override
  public boolean learn(Forecast forecast, int label) {
    LabelQuestion question = forecast.question();
    if (question != null) {
      questions.answer(question, forecast.predicted() == label);
    }
    boolean alarm = learner.learn(forecast, label);
    if (alarm) {
      questions.changed();
    }
    return alarm;
  }

  @Override
  public boolean reportsDrifts() {
    return learner.reportsDrifts();
  }

  @Override
  public Object model() {
    return learner.model();
  }

  @Override
  public Optional<MixtureView> mixture() {
    return learner.mixture();
  }
}
