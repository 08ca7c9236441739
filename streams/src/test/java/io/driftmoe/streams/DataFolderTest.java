// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path temp;

  @Test
  void configuredFolderIsUsed() throws IOException {
    Path file = Files.createFile(temp.resolve("a.csv"));
    assertThat(DataFolder.firstOf(List.of("a.csv"), temp.toString(), Path.of("/nowhere")))
        .isEqualTo(file);
  }

  @Test
  void configuredFolderHasNoFallback() throws IOException {
    Path repository = repositoryBesideData();
    assertThatThrownBy(
            () -> DataFolder.firstOf(List.of("a.csv"), temp.resolve("no").toString(), repository))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("a.csv")
        .hasMessageContaining("DRIFTMOE_DATA");
  }

  @Test
  void sharedFolderIsFoundFromTheRepositoryAndBelow() throws IOException {
    Path repository = repositoryBesideData();
    Path expected = temp.resolve("shared/data/a.csv");
    assertThat(DataFolder.firstOf(List.of("a.csv"), null, repository)).isEqualTo(expected);
    assertThat(DataFolder.firstOf(List.of("a.csv"), " ", repository.resolve("streams/src")))
        .isEqualTo(expected);
  }

  @Test
  void folderOfTheWorkingDirectoryIsFoundFirst() throws IOException {
    Path repository = repositoryBesideData();
    Path own = Files.createDirectories(repository.resolve("data")).resolve("a.csv");
    Files.createFile(own);
    assertThat(DataFolder.firstOf(List.of("a.csv"), null, repository.resolve("streams")))
        .isEqualTo(own);
  }

  @Test
  void newFilesGoWhereTheyAreFound() throws IOException {
    assertThat(DataFolder.forNewFiles(temp.toString(), Path.of("/nowhere"))).isEqualTo(temp);
    Path folder = DataFolder.forNewFiles(null, temp);
    Path file = Files.createFile(Files.createDirectories(folder).resolve("n.csv"));
    assertThat(folder).isEqualTo(temp.resolve("data"));
    assertThat(DataFolder.forNewFiles(" ", temp)).isEqualTo(folder);
    assertThat(DataFolder.firstOf(List.of("n.csv"), null, temp)).isEqualTo(file);
  }

  @Test
  void absentFileIsAnErrorThatNamesTheVariable() throws IOException {
    Path repository = repositoryBesideData();
    assertThatThrownBy(() -> DataFolder.firstOf(List.of("b.csv"), null, repository))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("b.csv")
        .hasMessageContaining("DRIFTMOE_DATA");
  }

  private Path repositoryBesideData() throws IOException {
    Path data = Files.createDirectories(temp.resolve("shared/data"));
    Files.createFile(data.resolve("a.csv"));
    return Files.createDirectories(temp.resolve("repository/streams/src")).getParent().getParent();
  }
}
