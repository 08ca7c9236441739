// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class LabelQuestionsProperties {

  /** What a model may say: sure, unsure, or one for a while and then the other. */
  enum Said {
    SURE,
    UNSURE,
    MIXED,
    IN_TURNS;

    double[] next(SplitMix64 random, int event) {
      double first =
          switch (this) {
            case SURE -> 1;
            case UNSURE -> 0.5;
            case MIXED -> 0.5 + random.nextDouble() / 2;
            case IN_TURNS -> event / 300 % 2 == 0 ? 0.5 + random.nextDouble() / 20 : 0.999;
          };
      return new double[] {first, 1 - first};
    }
  }

  @Provide
  Arbitrary<LabelBudget> budgets() {
    return Combinators.combine(
            Arbitraries.doubles().between(0.005, 0.5).ofScale(4),
            Arbitraries.of(LabelBudget.Choice.class))
        .as(LabelBudget::new);
  }

  /** At every time, and nothing of it is left over for long. */
  @Property(tries = 200)
  void budget_isKeptAtAnyTime_andUsed(
      @ForAll("budgets") LabelBudget budget,
      @ForAll Said said,
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0, max = 0.05) double alarms) {
    LabelQuestions questions = new LabelQuestions(budget, seed, 1000);
    SplitMix64 random = new SplitMix64(seed);
    int events = 20_000;
    long asked = 0;
    for (int i = 1; i <= events; i++) {
      Optional<LabelQuestion> question = questions.next(said.next(random, i));
      asked += question.isPresent() ? 1 : 0;
      if (random.nextDouble() < alarms) {
        questions.changed();
      }
      assertThat((double) asked).isLessThanOrEqualTo(budget.share() * i + LabelQuestions.ADVANCE);
    }
    assertThat(questions.asked()).isEqualTo(asked);
    assertThat(questions.events()).isEqualTo(events);
    assertThat((double) asked)
        .isGreaterThan(0.8 * budget.share() * events - LabelQuestions.MOST_SAVED);
  }

  @Property(tries = 100)
  void restore_goesOnBitForBit_andSoDoesACopy(
      @ForAll("budgets") LabelBudget budget,
      @ForAll Said said,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 3_000) int before)
      throws IOException {
    LabelQuestions one = new LabelQuestions(budget, seed, 100);
    SplitMix64 random = new SplitMix64(seed);
    use(one, said, random, before);
    LabelQuestions copy = one.copy();
    LabelQuestions restored = restored(bytes(one));
    long state = random.state();
    List<Optional<LabelQuestion>> expected = use(one, said, random, 2_000);
    assertThat(use(copy, said, new SplitMix64(state), 2_000)).isEqualTo(expected);
    assertThat(use(restored, said, new SplitMix64(state), 2_000)).isEqualTo(expected);
    assertThat(bytes(restored)).isEqualTo(bytes(one)).isEqualTo(bytes(copy));
    LabelQuestions same = new LabelQuestions(budget, seed, 100);
    use(same, said, new SplitMix64(seed), before);
    use(same, said, new SplitMix64(state), 2_000);
    assertThat(bytes(same)).isEqualTo(bytes(one));
  }

  /** Answers and alarms follow from the draws, too. */
  private static List<Optional<LabelQuestion>> use(
      LabelQuestions questions, Said said, SplitMix64 random, int events) {
    List<Optional<LabelQuestion>> asked = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      Optional<LabelQuestion> question = questions.next(said.next(random, i));
      boolean right = random.nextDouble() < 0.8;
      question.ifPresent(one -> questions.answer(one, right));
      if (random.nextDouble() < 0.002) {
        questions.changed();
      }
      asked.add(question);
    }
    return asked;
  }

  private static byte[] bytes(LabelQuestions questions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    questions.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static LabelQuestions restored(byte[] bytes) throws IOException {
    return LabelQuestions.restore(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Example
  void restore_truncatedOrDamaged_isRefused() throws IOException {
    LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), 1, 100);
    use(questions, Said.MIXED, new SplitMix64(1), 500);
    byte[] good = bytes(questions);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> restored(cut)).isInstanceOf(IOException.class);
    }
    for (int i = 5; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] = (byte) 0xFF;
      try {
        use(restored(bad), Said.MIXED, new SplitMix64(2), 50);
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Example
  void next_ofANewModel_asksForTheFirst() {
    LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.01), 3, 100);
    for (int i = 0; i < LabelQuestions.FIRST; i++) {
      assertThat(questions.next(new double[] {1, 0}))
          .hasValueSatisfying(
              question -> {
                assertThat(question.reason()).isEqualTo(LabelQuestion.Reason.RANDOM);
                assertThat(question.probability()).isEqualTo(1);
              });
    }
  }

  @Example
  void next_prefersUnsure_andStillAsksAboutSure() {
    LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), 5, 100);
    int sure = 0;
    int unsure = 0;
    for (int i = 0; i < 50_000; i++) {
      boolean isSure = i % 5 != 0;
      Optional<LabelQuestion> question =
          questions.next(isSure ? new double[] {0.99, 0.01} : new double[] {0.55, 0.45});
      if (question.isPresent()) {
        sure += isSure ? 1 : 0;
        unsure += isSure ? 0 : 1;
      }
    }
    assertThat(unsure).isGreaterThan(3 * sure);
    assertThat(sure).isGreaterThan(400); // of 40,000
  }

  @Example
  void changed_spendsWhatWasSaved_forAWhile() {
    LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), 7, 100);
    SplitMix64 random = new SplitMix64(7);
    long before = asked(questions, random, 10_000, 500);
    questions.changed();
    long after = asked(questions, random, 0, 500);
    long later = asked(questions, random, 500, 500);
    assertThat(after).isGreaterThan(before + 60);
    assertThat(later).isLessThan(before + 30);
  }

  /** Questions about the last of some events. */
  private static long asked(LabelQuestions questions, SplitMix64 random, int skipped, int events) {
    for (int i = 0; i < skipped; i++) {
      questions.next(Said.MIXED.next(random, i));
    }
    long before = questions.asked();
    for (int i = 0; i < events; i++) {
      questions.next(Said.MIXED.next(random, i));
    }
    return questions.asked() - before;
  }

  /** The answers are about hard events; the estimate is about all. */
  @Example
  void accuracy_isThatOfAllEvents() {
    double summedError = 0;
    double summedVariance = 0;
    double bias = 0;
    int runs = 40;
    for (int run = 0; run < runs; run++) {
      LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), run, 1000);
      SplitMix64 random = new SplitMix64(run);
      int right = 0;
      int answered = 0;
      int answeredRight = 0;
      int events = 10_000;
      for (int i = 0; i < events; i++) {
        double[] said = Said.MIXED.next(random, i);
        boolean isRight = random.nextDouble() < said[0];
        right += isRight ? 1 : 0;
        Optional<LabelQuestion> question = questions.next(said);
        if (question.isPresent()) {
          questions.answer(question.get(), isRight);
          answered++;
          answeredRight += isRight ? 1 : 0;
        }
      }
      double truth = right / (double) events;
      double error = questions.accuracy().orElseThrow() - truth;
      bias += answeredRight / (double) answered - truth;
      summedError += error;
      summedVariance += square(questions.accuracyError().orElseThrow());
      assertThat(questions.recentAccuracy().orElseThrow()).isBetween(0.5, 1.0);
    }
    assertThat(bias / runs).isLessThan(-0.08);
    assertThat(summedError / runs).isBetween(-0.008, 0.008);
    assertThat(Math.sqrt(summedVariance / runs)).isBetween(0.008, 0.03);
  }

  private static double square(double value) {
    return value * value;
  }

  @Example
  void accuracy_withoutAnswers_isUnknown() {
    LabelQuestions questions = new LabelQuestions(LabelBudget.of(0.1), 1, 10);
    assertThat(questions.accuracy()).isEmpty();
    assertThat(questions.accuracyError()).isEmpty();
    assertThat(questions.recentAccuracy()).isEmpty();
  }

  @Example
  void shares_areReadAsPeopleWriteThem() {
    assertThat(LabelBudget.parseShare("5 %")).isEqualTo(0.05);
    assertThat(LabelBudget.parseShare(" 12.5%")).isEqualTo(0.125);
    assertThat(LabelBudget.parseShare("0.05")).isEqualTo(0.05);
    assertThatThrownBy(() -> LabelBudget.parseShare("half")).hasMessageContaining("'half'");
    assertThatThrownBy(() -> LabelBudget.of(1)).hasMessageContaining("share");
    assertThatThrownBy(() -> LabelBudget.of(Double.NaN)).hasMessageContaining("share");
  }
}
