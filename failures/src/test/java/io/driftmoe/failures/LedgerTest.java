// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path folder;

  @Test
  void order_makesNoDifference() {
    Ledger one = ledger(prediction("1", 0.25), prediction("2", 0.5));
    Ledger other = ledger(prediction("2", 0.5), prediction("1", 0.25));

    assertThat(one.digest()).isEqualTo(other.digest());
    assertThat(one.differencesFrom(other)).isZero();
  }

  @Test
  void lastBitOfAProbability_isADifference() {
    Ledger one = ledger(prediction("1", 0.25), prediction("2", 0.5));
    Ledger other = ledger(prediction("1", Math.nextUp(0.25)), prediction("2", 0.5));

    assertThat(one.digest()).isNotEqualTo(other.digest());
    assertThat(one.differencesFrom(other)).isEqualTo(1);
  }

  @Test
  void lostAndDoubled_areCounted() {
    Ledger all = ledger(prediction("1", 0.25), prediction("2", 0.5));
    Ledger some = ledger(prediction("1", 0.25), prediction("1", 0.25));

    assertThat(some.distinct()).isEqualTo(1);
    assertThat(some.doubled()).isEqualTo(1);
    assertThat(some.differencesFrom(all)).isEqualTo(1);
  }

  @Test
  void latency_isNoPartOfAPrediction() {
    PredictionEvent slow = prediction("1", 0.25);
    slow.setLatencyMicros(1_000_000);

    assertThat(ledger(slow).digest()).isEqualTo(ledger(prediction("1", 0.25)).digest());
  }

  @Test
  void file_keepsIt() throws Exception {
    Ledger written = ledger(prediction("1", 0.25), prediction("2", 0.5));
    Path file = folder.resolve("ledger");
    written.write(file);

    assertThat(Ledger.read(file).digest()).isEqualTo(written.digest());
    assertThat(Ledger.read(file).records()).isEqualTo(2);
  }

  private static Ledger ledger(PredictionEvent... predictions) {
    Ledger ledger = new Ledger();
    for (PredictionEvent prediction : predictions) {
      ledger.add(prediction);
    }
    return ledger;
  }

  private static PredictionEvent prediction(String id, double probability) {
    return new PredictionEvent(
        "k",
        id,
        "a",
        List.of(probability, 1 - probability),
        List.of(1.0),
        7L,
        1_000L,
        5L,
        List.of(),
        false,
        0);
  }
}
