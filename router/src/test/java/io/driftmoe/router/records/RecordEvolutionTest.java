// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a record may become while documents that were written before are still read. */
final class RecordEvolutionTest {
  private sealed interface Expert {}

  private record Slow(int window, Expert member) implements Expert {}

  private record Quick() implements Expert {}

  /** {@link Slow} in a later build: it has another name and one setting more. */
  private record Steady(int window, double rate, Expert member) implements Expert {}

  private record Mixture(List<Expert> pool) {}

  private static final KindTable BEFORE = table(new Slow(9, new Quick()));
  private static final KindTable AFTER = table(new Steady(9, 0.5, new Quick()));

  private static KindTable table(Record slow) {
    return new KindTable(Map.of(Expert.class, Map.of("slow", slow, "quick", new Quick())));
  }

  private static ObjectNode tree(String json) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(json);
  }

  private static Mixture read(KindTable kinds, ObjectNode tree) {
    return new RecordReader(kinds).read(Mixture.class, tree, null, "");
  }

  @Test
  void aRecordThatWasRenamedAndGotASetting_isReadWithItsDefault() {
    Mixture before = new Mixture(List.of(new Slow(3, new Slow(4, new Quick())), new Quick()));
    ObjectNode stored = new RecordWriter(BEFORE).write(before);
    assertThat(read(BEFORE, stored)).isEqualTo(before);
    assertThat(read(AFTER, stored))
        .isEqualTo(
            new Mixture(List.of(new Steady(3, 0.5, new Steady(4, 0.5, new Quick())), new Quick())));
  }

  @Test
  void aSettingOfALaterBuild_isRefusedByItsPath() {
    Mixture after = new Mixture(List.of(new Quick(), new Steady(3, 0.1, new Quick())));
    ObjectNode stored = new RecordWriter(AFTER).write(after);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(BEFORE, stored))
        .withMessage("there is no setting 'pool[1].rate'; settings are window, member");
  }

  @Test
  void aKindWithoutAName_isWrittenOnlyUnderItsClass() {
    Mixture mixture = new Mixture(List.of(new Slow(3, new Quick())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RecordWriter(AFTER).write(mixture))
        .withMessageContaining("is of a kind that no configuration can name");
    ObjectNode written = new RecordWriter(AFTER.withClassNames()).write(mixture);
    assertThat(written.at("/pool/0/type").textValue()).isEqualTo(Slow.class.getName());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(AFTER, written))
        .withMessageContaining("pool[0].type '" + Slow.class.getName() + "' is unknown");
  }

  @Test
  void settingsWithoutAType_areOfTheOnlyKindThatHasAny() throws IOException {
    assertThat(read(AFTER, tree("{\"pool\":[{\"window\":2}]}")).pool())
        .containsExactly(new Steady(2, 0.5, new Quick()));
  }

  @Test
  void differences_nameTheKeysWithBothValues() throws IOException {
    ObjectNode one =
        tree("{\"a\":1,\"b\":{\"type\":\"x\",\"c\":2},\"d\":[1,2],\"e\":[{\"f\":1},{\"f\":2}]}");
    assertThat(TreeDifference.between(one, one.deepCopy())).isEmpty();
    assertThat(
            TreeDifference.between(
                one,
                tree(
                    "{\"b\":{\"type\":\"y\",\"c\":3},\"d\":[1],\"e\":[{\"f\":1},{\"f\":3}],"
                        + "\"g\":true}")))
        .containsExactly(
            new TreeDifference("a", "1", "none"),
            new TreeDifference("b.type", "x", "y"),
            new TreeDifference("d", "[1,2]", "[1]"),
            new TreeDifference("e[1].f", "2", "3"),
            new TreeDifference("g", "none", "true"));
    assertThat(TreeDifference.between(one, tree("{\"e\":[{\"f\":1}]}")))
        .contains(new TreeDifference("e", "a list of 2", "a list of 1"));
  }
}
