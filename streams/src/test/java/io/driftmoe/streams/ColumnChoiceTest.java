// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColumnChoiceTest {
  private static final Path FILE = Path.of("a.csv");

  private static ColumnChoice of(String className, List<String> ignore, String... names) {
    return ColumnChoice.of(FILE, List.of(names), className, ignore);
  }

  @Test
  void columnsGoByNameAndByPosition() {
    assertThat(of("y", List.of("a,b"), "a,b", "x", "y")).isEqualTo(new ColumnChoice(2, List.of(1)));
    assertThat(of("#1", List.of("#3"), "a,b", "x", "y")).isEqualTo(new ColumnChoice(0, List.of(1)));
    assertThat(of("y", List.of("#2"), "#2", "x", "y"))
        .as("a name comes before a position")
        .isEqualTo(new ColumnChoice(2, List.of(1)));
  }

  @Test
  void columnsOfOneNameAreIgnoredTogether_orOneByPosition() {
    assertThat(of("y", List.of("id"), "id", "id", "x", "y"))
        .isEqualTo(new ColumnChoice(3, List.of(2)));
    assertThat(of("y", List.of("#2"), "id", "id", "x", "y"))
        .isEqualTo(new ColumnChoice(3, List.of(0, 2)));
    List<String> names = List.of("id", "x", "id", "y");
    assertThat(ColumnChoice.of(FILE, names, "y", List.of()).repeated(names)).hasValue(2);
    assertThat(ColumnChoice.of(FILE, names, "#1", List.of()).repeated(names)).hasValue(2);
    assertThat(ColumnChoice.of(FILE, names, "y", List.of("#1")).repeated(names)).isEmpty();
    assertThatThrownBy(() -> of("id", List.of(), "id", "x", "id"))
        .hasMessageContaining("name the class by position, #1 or #3");
  }

  @Test
  void unknownNamesAreToldWhatComesNear() {
    assertThatThrownBy(() -> of("Cover Type", List.of(), "cover_type", "slope"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'Cover Type'")
        .hasMessageContaining("did you mean 'cover_type'?");
    assertThatThrownBy(() -> of("slope", List.of("elevaton"), "elevation", "slope"))
        .hasMessageContaining("(ignored column), did you mean 'elevation'?");
    assertThatThrownBy(() -> of("x", List.of(), "x\u200B", "y", "z"))
        .hasMessageContaining("did you mean 'x\\u200b'?");
    assertThatThrownBy(() -> of("", List.of(), "a", "b"))
        .hasMessageNotContainingAny("did you mean");
    assertThatThrownBy(() -> of("#9", List.of(), "a", "b"))
        .hasMessageContaining("no column '#9'")
        .hasMessageContaining("a, b");
  }

  @Test
  void aLongListOfColumnsIsCut() {
    String[] names = IntStream.range(0, 500).mapToObj(i -> "x" + i).toArray(String[]::new);
    assertThatThrownBy(() -> of("label", List.of(), names))
        .hasMessageContaining("x19 and 480 more")
        .message()
        .hasSizeLessThan(400);
  }
}
