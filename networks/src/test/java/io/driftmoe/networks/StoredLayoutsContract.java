// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parts that were stored are read, written to the same bytes where their layout is today's, and go
 * on bit for bit. Where the system property {@code driftmoe.layouts} is {@code write}, what is
 * missing is stored first, and what all predict today; see CONTRIBUTING.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoredLayoutsContract {
  private final Path folder;
  private final List<StoredLayout<?>> layouts;

  /**
   * @param folder of the files
   * @param layouts of the module
   */
  protected StoredLayoutsContract(Path folder, List<StoredLayout<?>> layouts) {
    this.folder = folder;
    this.layouts = layouts;
  }

  @BeforeAll
  void store() throws IOException {
    if ("write".equals(System.getProperty("driftmoe.layouts"))) {
      for (StoredLayout<?> layout : layouts) {
        layout.store(folder);
      }
    }
  }

  Stream<Arguments> layouts() {
    return layouts.stream().map(layout -> Arguments.of(layout.name(), layout));
  }

  Stream<Arguments> files() {
    return layouts.stream()
        .flatMap(layout -> layout.files(folder).map(file -> Arguments.of(file, layout)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void goesOnBitForBit(String file, StoredLayout<?> layout) throws IOException {
    layout.check(folder, file);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layouts")
  void theLayoutOfThisBuildIsStored(String name, StoredLayout<?> layout) throws IOException {
    assertThat(layout.files(folder))
        .as("%s: see \"stored\" in CONTRIBUTING.md", name)
        .contains(layout.today());
  }
}
