// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForeignFormatTest {

  @Test
  void confluentWireFormat_isNamedWithItsSchemaId() {
    assertThat(describe(new byte[] {0, 0, 0, 0, 17, 2, 'k'}))
        .isEqualTo(
            "looks like Confluent wire format (schema id 17): write Avro's single-object encoding"
                + " of a FeatureEvent in place of the registry's serializer");
    assertThat(describe(new byte[] {0, 0, 0, 0, 0, 2})).startsWith("looks like binary data");
    assertThat(describe(new byte[] {0, -1, 0, 0, 0, 2})).startsWith("looks like binary data");
  }

  @Test
  void jsonTextAndXml_areToldApart() {
    assertThat(describe("{\"modelKey\": \"k\"}".getBytes(UTF_8)))
        .isEqualTo("looks like JSON: send a FeatureEvent in Avro's single-object encoding");
    assertThat(describe(" \n[1.5, 2]".getBytes(UTF_8))).startsWith("looks like JSON");
    assertThat(describe(("{\"a\": \"" + "é".repeat(5_000) + "\"}").getBytes(UTF_8)))
        .startsWith("looks like JSON");
    assertThat(describe("[section]\nkey=1".getBytes(UTF_8)))
        .startsWith("looks like text ('[section]\\u000akey=1')");
    assertThat(describe("k,4,0.5,mon".getBytes(UTF_8)))
        .startsWith("looks like text ('k,4,0.5,mon')");
    assertThat(describe("<event/>".getBytes(UTF_8))).startsWith("looks like XML ('<event/>')");
    assertThat(describe("日".repeat(200).getBytes(UTF_8))).startsWith("looks like text ('日");
  }

  @Test
  void otherFormats_areNamed() {
    assertThat(describe(new byte[] {'O', 'b', 'j', 1, 4}))
        .startsWith("looks like an Avro container file: send one FeatureEvent a message");
    assertThat(describe(new byte[] {0x1F, (byte) 0x8B, 8, 0})).startsWith("looks like gzip");
    assertThat(describe(new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5, 's', 'r'}))
        .startsWith("looks like a serialized Java object");
    assertThat(describe("grün".getBytes(ISO_8859_1)))
        .startsWith("looks like binary data (67 72 FC 6E): send a FeatureEvent in");
  }

  private static String describe(byte[] message) {
    return ForeignFormat.describe(message, "FeatureEvent");
  }
}
