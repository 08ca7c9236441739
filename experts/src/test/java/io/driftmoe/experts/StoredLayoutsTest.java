// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.networks.StoredLayout;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts that were stored are read, written to the same bytes, and go on bit for bit. */
final class StoredLayoutsTest {
  static Stream<StoredLayout<?>> layouts() {
    return ExpertLayouts.all().stream();
  }

  static Stream<Arguments> files() {
    return layouts()
        .flatMap(
            layout -> layout.files(ExpertLayouts.FOLDER).map(file -> Arguments.of(file, layout)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void goesOnBitForBit(String file, StoredLayout<?> layout) throws IOException {
    layout.check(ExpertLayouts.FOLDER, file);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void theLayoutOfThisBuildIsStored(StoredLayout<?> layout) throws IOException {
    assertThat(layout.files(ExpertLayouts.FOLDER)).contains(layout.today());
  }
}
