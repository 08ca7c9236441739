// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.router.SettingRule.Effect;
import io.driftmoe.router.records.KeyStyle;
import io.driftmoe.router.records.RecordWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SettingRulesTest {
  /** Every setting that a configuration can name. */
  private static Set<String> settings() {
    Set<String> settings = new LinkedHashSet<>();
    for (Preset preset : Preset.values()) {
      addFields(settings, "", MixtureDocument.tree(MixtureConfig.of(preset, 1)));
    }
    RecordWriter writer = new RecordWriter(Kinds.TABLE);
    Kinds.TABLE
        .all()
        .forEach(
            (part, kinds) -> {
              if (part != Division.class) { // its settings are those of the mixture
                kinds.forEach((kind, values) -> addFields(settings, kind, writer.write(values)));
                kinds.forEach((kind, values) -> addOptional(settings, kind, values));
              }
            });
    settings.add("pool.name"); // of whatever kind
    addOptional(settings, "", MixtureConfig.of(Preset.ADAPTIVE, 0));
    return settings;
  }

  /** What a kind has not by itself. */
  private static void addOptional(Set<String> settings, String kind, Record values) {
    for (RecordComponent component : values.getClass().getRecordComponents()) {
      if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        settings.add(KeyStyle.inside(kind, KeyStyle.written(component.getName())));
      }
    }
  }

  private static void addFields(Set<String> settings, String part, JsonNode fields) {
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      String setting = KeyStyle.inside(part, field.getKey());
      JsonNode value = field.getValue();
      if (value.isObject() && !value.has("type")) {
        addFields(settings, setting, value);
      } else {
        settings.add(setting);
      }
    }
  }

  @Test
  void everySetting_hasARule_andEveryRuleASetting() {
    assertThat(SettingRules.all().keySet()).containsExactlyInAnyOrderElementsOf(settings());
  }

  @Test
  void settingWithoutRule_isRefused() {
    assertThat(SettingRules.of("forest.colour").effect()).isEqualTo(Effect.REFUSED);
  }

  @Test
  void table_isTheOneInTheDocumentation() throws IOException {
    Path made = Path.of("target", "settings-changes.md");
    Files.writeString(made, markdown());
    assertThat(Path.of("..", "docs", "settings-changes.md"))
        .as("copy router/%s to docs", made)
        .hasSameTextualContentAs(made);
  }

  private static String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Which settings may change on a saved model\n\n");
    text.append(
        """
        A job that starts from a savepoint or checkpoint may have other settings of the learner than the one that wrote
        it. This table says of each setting what happens then. `SettingRules` holds it, and a test compares this page.

        - **from now on**: the model goes on, and the new value counts from the next event.
        - **migrated**: the model goes on after what it has saved was adapted.
        - **refused**: the job ends before it has read an event, with one line that names the key and both values.

        A setting stands behind the `type` of the part it belongs to; those of the mixture stand alone. Where a part is
        chosen by `type`, its line means the choice of another type, and the settings of the part have lines of their own.
        Attributes and classes (`schema`) can never change. Outside of `learner` and
        `schema` everything can, formats and mappings of `input` too (`schema.attributes[].field` among them), but
        `job.max-parallelism`, the Kafka cluster and the input topics; under another `job.name` nothing is found without
        `--resume`.

        | setting | another value is | what it acts on, how it is migrated, or why it is refused |
        |---|---|---|
        """);
    SettingRules.all()
        .forEach(
            (setting, rule) ->
                text.append(
                    "| `%s` | %s | %s |\n"
                        .formatted(setting, effect(rule.effect()), rule.words())));
    return text.toString();
  }

  private static String effect(Effect effect) {
    return switch (effect) {
      case FROM_NOW_ON -> "from now on";
      case MIGRATED -> "migrated";
      case REFUSED -> "refused";
    };
  }
}
