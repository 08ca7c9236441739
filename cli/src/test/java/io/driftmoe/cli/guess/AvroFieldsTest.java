// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.ForeignSchemas;
import io.driftmoe.streams.FieldProfile.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** How deep a sampled record may be: as deep as those of a job. */
class AvroFieldsTest {
  /** A list of one number each, and the rest. */
  private static final Schema LIST =
      ForeignSchemas.parse(
          """
          {"type": "record", "name": "Item", "fields": [
            {"name": "number", "type": "int"}, {"name": "rest", "type": ["null", "Item"]}]}
          """);

  private static final Schema ENDLESS =
      ForeignSchemas.parse(
          """
          {"type": "record", "name": "Item", "fields": [{"name": "rest", "type": "Item"}]}
          """);

  /** Takes note of names. */
  private static final class Names implements FieldSink {
    private final List<String> names = new ArrayList<>();

    @Override
    public void field(FieldAt at, Kind kind, String text) {
      names.add(String.valueOf(at));
    }

    @Override
    public void object(FieldAt at) {}

    @Override
    public void list(FieldAt at, int length) {}
  }

  private static byte[] nested(int items) {
    byte[] record = new byte[2 * items];
    for (int i = 0; i < items; i++) {
      record[2 * i + 1] = (byte) (i < items - 1 ? 2 : 0);
    }
    return record;
  }

  @Test
  void recordsWithinThemselves_areReadAsDeepAsAJobDoes() throws UnreadableRecordException {
    AvroFields fields = new AvroFields(header -> LIST);
    Names names = new Names();
    fields.read(nested(100), names);
    assertThat(names.names).isNotEmpty();
    for (int items : new int[] {101, 1_000_000}) {
      assertThatThrownBy(() -> fields.read(nested(items), names))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("nested deeper than 200");
    }
    fields.read(nested(3), names);
  }

  @Test
  void aRecordWithoutEnd_isUnreadable() {
    AvroFields fields = new AvroFields(header -> ENDLESS);
    assertThatThrownBy(() -> fields.read(new byte[9], new Names()))
        .isInstanceOf(UnreadableRecordException.class);
  }

  @Test
  void jsonIsReadAsDeepAsAJobDoes() throws UnreadableRecordException {
    JsonFields fields = new JsonFields();
    fields.read(json(199), new Names());
    assertThatThrownBy(() -> fields.read(json(200), new Names()))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("200");
  }

  private static byte[] json(int lists) {
    char[] open = new char[lists];
    Arrays.fill(open, '[');
    String text = "{\"a\":" + new String(open) + new String(open).replace('[', ']') + "}";
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
