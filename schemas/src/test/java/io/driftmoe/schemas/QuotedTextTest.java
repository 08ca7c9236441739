// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTextTest {

  @Test
  void textIsShownAsItIs_upTo80Characters() {
    assertThat(QuotedText.of("")).isEqualTo("''");
    assertThat(QuotedText.of("grün 日本")).isEqualTo("'grün 日本'");
    assertThat(QuotedText.of("x".repeat(80))).isEqualTo("'" + "x".repeat(80) + "'");
    assertThat(QuotedText.of("x".repeat(540_000))).isEqualTo("'" + "x".repeat(80) + "...'");
    assertThat(QuotedText.of("😀".repeat(81))).isEqualTo("'" + "😀".repeat(80) + "...'");
  }

  @Test
  void whatDisturbsALine_isEscaped() {
    assertThat(QuotedText.of("a\nb\u0000c\u001b[2J\u2028d\u202ee"))
        .isEqualTo("'a\\u000ab\\u0000c\\u001b[2J\\u2028d\\u202ee'");
    assertThat(QuotedText.of("\ud800x\udc00")).isEqualTo("'\\ud800x\\udc00'");
  }
}
