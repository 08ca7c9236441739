// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.router.SettingRule.Effect;
import io.driftmoe.router.settings.MixtureSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingChangesTest {

  private static MixtureConfig config(String json) {
    return new MixtureSettings("{" + json.replace('\'', '"') + "}").config(1);
  }

  private static List<SettingChange> changes(String saved, String wanted) {
    return SettingChanges.between(config(saved), config(wanted));
  }

  @ParameterizedTest
  @EnumSource
  void samePreset_differsInNothing(Preset preset) {
    assertThat(SettingChanges.between(MixtureConfig.of(preset, 1), MixtureConfig.of(preset, 1)))
        .isEmpty();
  }

  @Test
  void settingsThatSayTheSame_differInNothing() {
    assertThat(changes("'preset': 'adaptive'", "'preset': 'adaptive', 'evaluation-window': 1000"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'evaluation-window': 9 | evaluation-window | 1000 | 9 | MIGRATED",
        "'detector-delta': 0.5 | detector-delta | 0.002 | 0.5 | FROM_NOW_ON",
        "'top-k': 2 | top-k | 3 | 2 | FROM_NOW_ON",
        "'combination': 'soft' | combination | arg-max | soft | FROM_NOW_ON",
        "'combination': {'type': 'top-k', 'experts': 2} | combination | arg-max | top-k | FROM_NOW_ON",
        "'learning-rate': 0.5 | gates[0].learning-rate | 0.002 | 0.5 | FROM_NOW_ON",
        "'hidden': [8] | gates[0].hidden | [256, 128] | [8] | REFUSED",
        "'lifecycle': {} | lifecycle | never | windows | REFUSED",
        "'gates': ['mlp-bce', 'fixed-share'] | gates | [mlp-bce] | [mlp-bce, fixed-share] | REFUSED",
      })
  void oneSetting_isFoundWithItsRule(
      String setting, String key, String saved, String wanted, Effect effect) {
    List<SettingChange> changes =
        changes("'preset': 'paper-data'", "'preset': 'paper-data', " + setting);

    assertThat(changes).hasSize(1);
    SettingChange change = changes.get(0);
    assertThat(List.of(change.key(), change.saved(), change.wanted()))
        .containsExactly(key, saved, wanted);
    assertThat(change.rule().effect()).isEqualTo(effect);
  }

  @Test
  void partsInsideParts_areFoundByTheirPath() {
    String pool = "'preset': 'paper-data', 'pool': ['no-change', {'type': 'forest', %s}]";

    assertThat(
            changes(
                pool.formatted("'member': {'type': 'hoeffding-tree', 'leaves': 'majority-class'}"),
                pool.formatted("'members': 3, 'warning': 'ddm', 'drift': {'delta': 0.5}")))
        .extracting(change -> change.describe("learner"))
        .containsExactly(
            "learner.pool[1].member.leaves is naive-bayes-adaptive, the saved model has"
                + " majority-class; it cannot change on a saved model: the scores by which a leaf"
                + " chooses are kept for one kind",
            "learner.pool[1].members is 3, the saved model has 12; it cannot change on a saved"
                + " model: each member has learned",
            "learner.pool[1].warning is ddm, the saved model has adwin; it cannot change on a"
                + " saved model: detectors of another kind have counted",
            "learner.pool[1].drift.delta is 0.5, the saved model has 0.05; it counts from now on");
  }

  @Test
  void memoryOfTheAdaptivePreset_isThatOfItsTrees() {
    assertThat(changes("'preset': 'adaptive'", "'preset': 'adaptive', 'model-bytes': 2097152"))
        .hasSize(7)
        .noneMatch(SettingChange::isRefused)
        .allMatch(
            change -> change.key().endsWith(".max-bytes") || change.key().equals("model-bytes"))
        .allMatch(change -> change.describe("").matches(".*; .* above .* gives? up .*"));
  }

  @Test
  void anotherPreset_isRefusedByItsDivision() {
    assertThat(
            SettingChanges.between(
                config("'preset': 'paper-data'"), config("'preset': 'paper-task'")))
        .filteredOn(SettingChange::isRefused)
        .first()
        .extracting(SettingChange::key)
        .isEqualTo("division");
  }

  @Test
  void anotherSeed_isRefused() {
    MixtureConfig saved = MixtureConfig.of(Preset.ADAPTIVE, 1);

    assertThat(SettingChanges.between(saved, MixtureConfig.of(Preset.ADAPTIVE, 2)))
        .extracting(change -> change.describe("learner"))
        .containsExactly(
            "learner.seed is 2, the saved model has 1; it cannot change on a saved model: what is"
                + " random so far came from the old one");
  }
}
