// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.InputEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class RegionProfilesTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("speed"),
              Attribute.nominal("port", List.of("http", "smtp", "dns")),
              Attribute.numeric("load"),
              Attribute.numeric("age")),
          new LabelSpace(List.of("no", "yes")));

  private static RegionProfiles profiles() {
    return new RegionProfiles(new InputEncoder(SCHEMA, InputEncoder.DEFAULT_MIN_RATE), 3);
  }

  /** Two regions of 100 events each: fast http, and slow smtp and dns. */
  private static RegionProfiles trained() {
    RegionProfiles profiles = profiles();
    for (int i = 0; i < 100; i++) {
      profiles.add(0, new float[] {1.5f, 1, 0, 0, 0.15f, i % 2}, 1);
      float dns = i % 5 == 0 ? 1 : 0;
      profiles.add(1, new float[] {-1.5f, 0, 1 - dns, dns, -0.15f, i % 2}, 1);
    }
    return profiles;
  }

  @Test
  void regionsAreNamedByWhatSetsThemApartMostFirst() {
    RegionProfiles profiles = trained();
    assertThat(profiles.describe(0))
        .isEqualTo("speed high (+1.5 sd), port http in 100 % (+50), port smtp in 0 % (-40)");
    assertThat(profiles.describe(1))
        .isEqualTo("speed low (-1.5 sd), port http in 0 % (-50), port smtp in 80 % (+40)");
    assertThat(profiles.describe(2)).isEqualTo("no region yet");
  }

  @Test
  void aRegionLikeTheWholeStreamIsEverywhere() {
    RegionProfiles profiles = profiles();
    for (int i = 0; i < 100; i++) {
      profiles.add(i % 2, new float[] {i % 3, 1, 0, 0, 2, 0}, 0.5);
    }
    assertThat(profiles.describe(0)).isEqualTo("everywhere");
  }

  @Test
  void anEventCountsByItsResponsibility() {
    RegionProfiles profiles = profiles();
    profiles.add(0, new float[] {3, 0, 0, 0, 0, 0}, 0.25);
    profiles.add(1, new float[] {-1, 0, 0, 0, 0, 0}, 0.75);
    // the stream's mean is 0.25 * 3 - 0.75 = 0
    assertThat(profiles.describe(0)).isEqualTo("speed high (+3.0 sd)");
    assertThat(profiles.describe(1)).isEqualTo("speed low (-1.0 sd)");
  }

  @Test
  void wordsAreTheSameInEveryCountry() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      regionsAreNamedByWhatSetsThemApartMostFirst();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void snapshotKeepsTheWords() throws IOException {
    byte[] bytes = bytes(trained());
    RegionProfiles restored = profiles();
    restored.readFrom(input(bytes));
    assertThat(restored.describe(0)).isEqualTo(trained().describe(0));
    assertThat(bytes(restored)).isEqualTo(bytes);
    byte[] negative = bytes.clone();
    negative[0] ^= (byte) 0x80; // sign of the first mass
    assertThatThrownBy(() -> profiles().readFrom(input(negative)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("masses of regions");
  }

  private static byte[] bytes(RegionProfiles profiles) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    profiles.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
