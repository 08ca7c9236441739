// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExpertNamesTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(Attribute.numeric("x"), Attribute.numeric("y")),
          new LabelSpace(List.of("no", "yes")));

  private static final String POOL =
      "'preset':'adaptive','pool':[{'type':'forest','members':2%s},{'type':'naive-bayes'%s},"
          + "{'type':'routed-specialists','specialists':3%s},"
          + "{'type':'committee','members':[{'type':'routed-specialists','specialists':2%s},"
          + "'naive-bayes']%s}]";

  private static final MixtureConfig PLAIN = config(POOL.formatted("", "", "", "", ""));

  private static final MixtureConfig NAMED =
      config(
          POOL.formatted(
              ",'name':'weather-forest','names':['oak','elm']",
              "",
              ",'name':'places','names':['north','south','sea']",
              ",'names':['by-day','by-night']",
              ",'names':['halves','all']"));

  private static MixtureConfig config(String settings) {
    return settings(settings).config(1);
  }

  private static MixtureSettings settings(String settings) {
    return new MixtureSettings("{" + settings.replace('\'', '"') + "}");
  }

  @Test
  void expertNames_areThoseOfTheConfiguration_elseKindAndPosition() {
    assertThat(MixtureOfExperts.expertNames(NAMED, SCHEMA))
        .containsExactly("weather-forest", "naive-bayes 1", "places", "committee 3");
    MixtureOfExperts mixture = MixtureOfExperts.create(NAMED, SCHEMA);
    assertThat(mixture.expertNames())
        .isEqualTo(MixtureOfExperts.expertNames(NAMED, SCHEMA))
        .isSameAs(mixture.expertNames());
    assertThat(mixture.memberName(0, 1)).isEqualTo("elm");
    assertThat(mixture.memberName(1, 1)).isEqualTo("1");
    assertThat(mixture.memberName(3, 0)).isEqualTo("halves");
    assertThat(mixture.specialistUse())
        .extracting(MemberUse::name)
        .containsExactly("2.north", "2.south", "2.sea", "3.halves.by-day", "3.halves.by-night");
    assertThat(MixtureOfExperts.create(PLAIN, SCHEMA).specialistUse())
        .extracting(MemberUse::name)
        .containsExactly("2.0", "2.1", "2.2", "3.0.0", "3.0.1");
  }

  @Test
  void describe_usesNames() {
    MixtureOfExperts mixture = MixtureOfExperts.create(NAMED, SCHEMA);
    learn(mixture, 300);
    assertThat(mixture.describe())
        .contains("weather-forest: {\"type\":\"forest\"")
        .contains("member elm: accuracy")
        .contains("specialist sea: weight")
        .contains("member halves, weight")
        .contains("specialist by-night: weight")
        .doesNotContain("specialist 0", "member 0");
    assertThat(mixture.specialistRegions(8))
        .extracting(ServedRegion::specialist)
        .containsExactlyInAnyOrder("north", "south", "sea", "halves.by-day", "halves.by-night");
  }

  /** Of a preset as it is, whose pool nobody wants to write down. */
  @Test
  void names_ofAPreset_standInAListOfTheirOwn() {
    MixtureSettings settings =
        settings("'preset':'adaptive','names':['trees','bayes','','','places','times','']");
    MixtureConfig config = settings.config(1);
    assertThat(MixtureOfExperts.expertNames(config, SCHEMA))
        .containsExactly(
            "trees", "bayes", "nearest-neighbours 2", "mlp 3", "places", "times", "committee 6");
    assertThat(((Division.Data) config.division()).modelBytes())
        .isEqualTo(MixtureConfig.DEFAULT_MODEL_BYTES);
    assertThat(new MixtureSettings(settings.json())).isEqualTo(settings);
    assertThat(MixtureSettings.of(config).config(1)).isEqualTo(config);
    assertThat(MixtureDocument.read(MixtureDocument.text(config))).isEqualTo(config);
    assertThat(MixtureDocument.tree(config).path("pool").path(4).path("name").asText())
        .isEqualTo("places");
  }

  @Test
  void settings_areTheSameWhereverNamesStand() {
    MixtureConfig listed =
        config("'preset':'paper-data','pool':['naive-bayes','no-change'],'names':['','still']");
    MixtureConfig inPlace =
        config("'preset':'paper-data','pool':['naive-bayes',{'type':'no-change','name':'still'}]");
    assertThat(listed).isEqualTo(inPlace);
    assertThat(MixtureDocument.read(MixtureDocument.text(inPlace))).isEqualTo(inPlace);
    assertThat(MixtureDocument.text(PLAIN)).doesNotContain("name\"", "names\"");
  }

  @Test
  void badNames_areRefusedByTheirKey() {
    String pool = "'preset':'paper-data','pool':[{'type':'naive-bayes','name':%s},'no-change']";
    for (String bad : List.of("'forest 0'", "'7'", "'a.b'", "'ä'", "'" + "x".repeat(65) + "'")) {
      refused(pool.formatted(bad), "pool[0].name must begin with a letter a-z");
    }
    refused(pool.formatted("['a']"), "pool[0].name must be a text");
    refused(
        "'preset':'paper-data','pool':[{'type':'naive-bayes','name':'a'},"
            + "{'type':'no-change','name':'a'}]",
        "names[1] must differ from the others, got 'a' again");
    refused(pool.formatted("'a'") + ",'names':['a','b']", "names and names in pool");
    refused("'preset':'adaptive','names':['a']", "names must be as many as there are experts = 7");
    refused("'preset':'adaptive','names':['a b','','','','','','']", "names[0] must begin");
    refused("'preset':'paper-task','names':['a']", "preset paper-task has one expert per class");
    refused(
        "'preset':'paper-data','pool':[{'type':'forest','members':2,'names':['a']}]",
        "pool[0].names must be as many as there are members = 2, got 1");
    refused(
        "'preset':'paper-data','pool':[{'type':'forest','members':2,'names':['a','a']}]",
        "pool[0].names must differ, 'a' stands there twice");
    refused(
        "'preset':'paper-data','pool':[{'type':'forest','members':2,'names':['a','1']}]",
        "pool[0].names[1] must begin with a letter");
  }

  private static void refused(String settings, String words) {
    assertThatThrownBy(() -> config(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void names_changeNoBit_andMayChangeOnASavedModel() throws IOException {
    for (int events : new int[] {5, 60, 400}) { // young without parts, young, grown
      MixtureOfExperts plain = MixtureOfExperts.create(PLAIN, SCHEMA);
      MixtureOfExperts named = MixtureOfExperts.create(NAMED, SCHEMA);
      learn(plain, events);
      learn(named, events);
      MixtureOfExperts renamed = restored(NAMED, bytes(plain));
      assertThat(renamed.isYoung()).isEqualTo(plain.isYoung());
      assertThat(renamed.expertNames()).contains("weather-forest");
      assertThat(bytes(renamed)).isEqualTo(bytes(named));
      assertThat(bytes(restored(PLAIN, bytes(named)))).isEqualTo(bytes(plain));
      for (int i = 0; i < 200; i++) {
        assertThat(step(renamed, events + i)).isEqualTo(step(plain, events + i));
      }
      assertThat(renamed.describe()).contains("weather-forest");
    }
    assertThat(SettingChanges.between(PLAIN, NAMED))
        .extracting(SettingChange::key)
        .containsExactly(
            "pool[0].name",
            "pool[0].names",
            "pool[2].name",
            "pool[2].names",
            "pool[3].members[0].names",
            "pool[3].names");
    assertThat(SettingChanges.between(NAMED, PLAIN)).noneMatch(SettingChange::isRefused);
  }

  private static void learn(MixtureOfExperts mixture, int events) {
    IntStream.range(0, events).forEach(event -> step(mixture, event));
  }

  private static double[] step(MixtureOfExperts mixture, int event) {
    SplitMix64 random = new SplitMix64(event);
    FeatureVector features = FeatureVector.of(random.nextDouble(), random.nextDouble());
    PendingPrediction prediction = mixture.predict(features);
    mixture.learn(prediction, features.get(0) > features.get(1) ? 1 : 0);
    return prediction.probabilities();
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static MixtureOfExperts restored(MixtureConfig config, byte[] bytes) throws IOException {
    return MixtureOfExperts.restore(
        config, SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
