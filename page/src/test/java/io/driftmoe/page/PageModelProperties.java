// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.avro.DriftKind;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes, in whatever order: a bounded snapshot that is JSON. */
class PageModelProperties {

  @Property(tries = 200)
  void aSnapshotIsBoundedAndHasNoNaN(
      @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 100_000) Integer> numbers,
      @ForAll String text,
      @ForAll double accuracy) {
    long[] nanos = new long[1];
    PageModel model =
        new PageModel(
            new PageSettings(text, List.of("a"), List.of(), List.of(new PlantedChange(50, 20_000))),
            () -> nanos[0]);
    for (int n : numbers) {
      nanos[0] += n * 1_000_000L;
      String key = text + n % 5;
      switch (n % 6) {
        case 0 -> Sent.to(model, Sent.report(key, n, n % 3 == 0 ? accuracy : n % 100));
        case 1 -> Sent.to(model, Sent.alarm(key, n));
        case 2 -> Sent.to(model, Sent.prediction(key, text + n, accuracy, 0.5));
        case 3 -> Sent.to(model, Sent.expecting(key, n, accuracy, n % 7 == 0 ? accuracy : n));
        case 4 -> Sent.to(model, Sent.change(key, n, DriftKind.PROMOTE, text));
        default ->
            Sent.to(
                model,
                Sent.change(
                    key, n, DriftKind.values()[n % DriftKind.values().length], n % 100, text));
      }
    }
    ObjectNode shown = model.snapshot(text + 1);

    assertThat(shown.toString().length()).isLessThan(400_000);
    assertThat(shown.path("models").size()).isLessThanOrEqualTo(5);
    long last = -1;
    for (var learned : shown.path("model").path("series").path("learned")) {
      assertThat(learned.asLong()).isGreaterThan(last);
      last = learned.asLong();
    }
    assertThat(shown.findValues("weight")).allMatch(weight -> weight.asDouble() <= 1);
  }
}
