// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.DataFolder;
import io.driftmoe.streams.LabeledStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetCatalogTest {
  static Iterable<Dataset> all() {
    return DatasetCatalog.all();
  }

  @Test
  void namesAndFilesDiffer() {
    assertThat(DatasetCatalog.names()).doesNotHaveDuplicates().contains("electricity", "covertype");
    assertThat(DatasetCatalog.all()).extracting(Dataset::file).doesNotHaveDuplicates();
    assertThat(DatasetCatalog.all()).extracting(Dataset::url).doesNotHaveDuplicates();
  }

  @Test
  void allButAirlinesHaveAChecksum() {
    assertThat(DatasetCatalog.all())
        .filteredOn(dataset -> dataset.sha256() == null)
        .extracting(Dataset::name)
        .containsExactly("airlines");
  }

  @Test
  void unknownName_namesTheKnown() {
    assertThat(DatasetCatalog.named("poker").classes()).isEqualTo(10);
    assertThatThrownBy(() -> DatasetCatalog.named("elec"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no data set is called 'elec'; known are electricity, covertype, kddcup99_10percent,"
                + " kddcup99, poker, higgs, airlines");
  }

  /** Size, checksum and columns of those files that the data folder has. */
  @ParameterizedTest
  @MethodSource("all")
  void entryAgreesWithTheFile(Dataset dataset) throws IOException {
    Path path;
    try {
      path = DataFolder.file(dataset.file());
    } catch (FileNotFoundException e) {
      assertThat(e).hasMessageContaining(dataset.file());
      return;
    }
    DatasetFile file = new DatasetFile(dataset, path);
    if (dataset.bytes() != null) {
      assertThat(Files.size(path)).isEqualTo(dataset.bytes());
    }
    assertThat(file.expectedSha256().orElse(file.actualSha256())).isEqualTo(file.actualSha256());
    try (LabeledStream stream =
        DataFiles.open(path, dataset.classColumn(), Set.copyOf(dataset.ignore()), 1_000_000)) {
      assertThat(stream.length()).hasValue(Math.min(dataset.events(), 1_000_000));
      assertThat(stream.schema().attributes()).hasSize(dataset.attributes());
      assertThat(stream.schema().classes()).isEqualTo(dataset.classes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a.csv", "a.zip", ".csv", "a/b.csv", ""})
  void fileThatCannotBeOpened_isRefused(String file) {
    assertThatThrownBy(() -> dataset("a", "http://a/b", file, 1L, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("file must match");
  }

  @Test
  void nonsense_isRefusedByFieldName() {
    assertRefused("name", () -> dataset("A b", "http://a/b", "a.csv", 1L, null));
    assertRefused("url", () -> dataset("a", "ftp://a/b", "a.csv", 1L, null));
    assertRefused("url", () -> dataset("a", "a/b", "a.csv", 1L, null));
    assertRefused("bytes", () -> dataset("a", "http://a/b", "a.csv", 0L, null));
    assertRefused("sha256", () -> dataset("a", "http://a/b", "a.csv", 1L, "ABC"));
  }

  private static void assertRefused(
      String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(field + " must");
  }

  private static Dataset dataset(String name, String url, String file, Long bytes, String sha256) {
    return new Dataset(
        name, "", URI.create(url), file, bytes, sha256, sha256, "", "", 1, 1, 2, "last", null, "");
  }
}
