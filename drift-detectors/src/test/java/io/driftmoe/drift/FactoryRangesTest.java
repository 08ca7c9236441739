// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FactoryRangesTest {

  static Stream<Arguments> bad() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    return Stream.of(
        bad("minObservations must be from 0 to 1000000: -1", () -> new DdmFactory(-1, 2, 3)),
        bad("warningLevel must be positive and finite: 0.0", () -> new DdmFactory(30, 0, 3)),
        bad("driftLevel must be positive and finite: Infinity", () -> new DdmFactory(30, 2, inf)),
        bad("warningLevel must be less than driftLevel: 3.0, 3.0", () -> new DdmFactory(30, 3, 3)),
        bad(
            "minObservations must be from 0 to 1000000: -1",
            () -> new EddmFactory(-1, 30, .95, .9)),
        bad("minErrors must be from 0 to 1000000: -1", () -> new EddmFactory(30, -1, .95, .9)),
        bad(
            "warningLevel must be greater than 0 and less than 1: 1.0",
            () -> new EddmFactory(30, 30, 1, .9)),
        bad(
            "driftLevel must be greater than 0 and less than 1: NaN",
            () -> new EddmFactory(30, 30, .95, nan)),
        bad(
            "driftLevel must be less than warningLevel: 0.9, 0.8",
            () -> new EddmFactory(30, 30, .8, .9)),
        bad(
            "driftConfidence must be greater than 0 and less than 1: 0.0",
            () -> new HddmAFactory(0, .005, true)),
        bad(
            "warningConfidence must be greater than 0 and less than 1: 1.0",
            () -> new HddmAFactory(.001, 1, true)),
        bad(
            "driftConfidence must be less than warningConfidence: 0.01, 0.005",
            () -> new HddmAFactory(.01, .005, true)),
        bad(
            "driftConfidence must be greater than 0 and less than 1: 1.5",
            () -> new HddmWFactory(1.5, .005, .05, false)),
        bad(
            "warningConfidence must be greater than 0 and less than 1: NaN",
            () -> new HddmWFactory(.001, nan, .05, false)),
        bad(
            "driftConfidence must be less than warningConfidence: 0.005, 0.005",
            () -> new HddmWFactory(.005, .005, .05, false)),
        bad(
            "lambda must be greater than 0 and less than 1: 0.0",
            () -> new HddmWFactory(.001, .005, 0, false)),
        bad(
            "minObservations must be from 0 to 1000000: -1",
            () -> new PageHinkleyFactory(-1, .005, 50, .9999)),
        bad(
            "delta must be at least 0 and finite: -0.1",
            () -> new PageHinkleyFactory(30, -.1, 50, .9999)),
        bad(
            "lambda must be positive and finite: NaN",
            () -> new PageHinkleyFactory(30, .005, nan, .9999)),
        bad(
            "alpha must be greater than 0 and at most 1: 1.1",
            () -> new PageHinkleyFactory(30, .005, 50, 1.1)),
        bad("recent must be from 1 to 1000000: 0", () -> new KswinFactory(100, 0, .005)),
        bad("window must be at least twice recent: 59, 30", () -> new KswinFactory(59, 30, .005)),
        bad(
            "alpha must be greater than 0 and less than 1: 0.0",
            () -> new KswinFactory(100, 30, 0)),
        bad(
            "minObservations must be from 0 to 1000000: -1",
            () -> new RddmFactory(-1, 1, 2, 9, 9, 9)),
        bad("warningLevel must be positive and finite: -1.0", () -> rddm(-1, 2, 9, 9, 9)),
        bad("driftLevel must be positive and finite: NaN", () -> rddm(1, nan, 9, 9, 9)),
        bad("warningLevel must be less than driftLevel: 2.0, 1.0", () -> rddm(2, 1, 9, 9, 9)),
        bad("maxConcept must be from 1 to 1000000: 0", () -> rddm(1, 2, 0, 9, 9)),
        bad("minConcept must be from 1 to 1000000: 0", () -> rddm(1, 2, 9, 0, 9)),
        bad("warnLimit must be from 1 to 1000000: 0", () -> rddm(1, 2, 9, 9, 0)),
        bad("window must be from 1 to 1000000: 0", () -> new StepdFactory(0, .003, .05)),
        bad(
            "alphaDrift must be greater than 0 and less than 1: 0.0",
            () -> new StepdFactory(30, 0, .05)),
        bad(
            "alphaWarning must be greater than 0 and less than 1: 1.0",
            () -> new StepdFactory(30, .003, 1)),
        bad(
            "alphaDrift must be less than alphaWarning: 0.1, 0.05",
            () -> new StepdFactory(30, .1, .05)));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void outOfRange_isRejectedByName(String message, ThrowingCallable create) {
    assertThatThrownBy(create).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void extremesOfTheRanges_work() {
    for (DetectorFactory factory :
        new DetectorFactory[] {
          new DdmFactory(0, 1e-9, 1e9),
          new EddmFactory(0, 0, 1 - 1e-9, 1e-9),
          new HddmAFactory(1e-300, 1 - 1e-9, false),
          new HddmWFactory(1e-300, 1 - 1e-9, 1 - 1e-9, true),
          new PageHinkleyFactory(0, 0, 1e-9, 1),
          new KswinFactory(2, 1, 1 - 1e-9),
          new RddmFactory(0, 1e-9, 1e9, 1, 1, 1),
          new StepdFactory(1, 1e-300, 1 - 1e-9)
        }) {
      Alarms first = Alarms.of(factory.create(), ErrorStreams.shapes(1).get("rise"));
      Alarms second = Alarms.of(factory.create(), ErrorStreams.shapes(1).get("rise"));
      assertThat(first).as("%s", factory).isEqualTo(second);
    }
  }

  private static DetectorFactory rddm(
      double warningLevel, double driftLevel, int maxConcept, int minConcept, int warnLimit) {
    return new RddmFactory(129, warningLevel, driftLevel, maxConcept, minConcept, warnLimit);
  }

  private static Arguments bad(String message, ThrowingCallable create) {
    return Arguments.of(message, create);
  }
}
