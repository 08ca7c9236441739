// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Writes the stored states of the newest layout anew. Not run with the tests: only when the layout
 * has changed since the last release, with
 *
 * <pre>
 * mvn -pl flink-jobs -am test -Dtest=StoredStates -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
class StoredStates {
  private static final Path FOLDER = Path.of("src/test/resources/state");

  @Test
  void write() throws IOException {
    // model-v3.bin and adaptive-v3.bin hold version 2 of the mixture, these version 3
    write(
        "specialists-v3.bin",
        ModelStateSerializerTest.serializer(ModelStateSerializerTest.SPECIALISTS));
    write("adaptive-specialists-v3.bin", ModelStateSerializerTest.serializer("adaptive"));
  }

  private static void write(String name, ModelStateSerializer serializer) throws IOException {
    ModelState state = ModelStateSerializerTest.trainedForStorage(serializer.spec());
    byte[] bytes = ModelStateSerializerTest.serialized(serializer, state);
    assertThat(bytes).hasSizeLessThan(500_000);
    Files.write(FOLDER.resolve(name), bytes);
  }
}
