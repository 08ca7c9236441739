// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateKeysTest {
  private static StateKeys keys(int keyGroups, String... overrides) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < overrides.length; i += 2) {
      options.put(overrides[i], overrides[i + 1]);
    }
    return StateKeys.of(ModelSpec.of(Events.options(options)), keyGroups);
  }

  @Test
  void withoutFleetsAModelKeyIsTheStateKey() {
    StateKeys keys = keys(128);
    assertThat(keys.hasFleets()).isFalse();
    assertThat(keys.of("lyon/7")).isEqualTo("lyon/7");
    assertThat(keys.modelKey("lyon/7")).isEqualTo("lyon/7");
    assertThat(keys.isCommon("f")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 128, 1000, 32_768})
  void modelsOfAFleetAreInOneKeyGroup_underDifferentKeysAndHashes(int keyGroups) {
    StateKeys keys = keys(keyGroups, "learner.fleet", "prefix");
    for (String fleet : List.of("", "lyon", "zürich \uD83D\uDEB2", "k")) {
      List<String> models = IntStream.range(0, 300).mapToObj(i -> fleet + "/" + i).toList();
      String common = keys.common(models.get(0));
      int group = KeyGroupRangeAssignment.assignToKeyGroup(common, keyGroups);
      Set<String> stateKeys = new HashSet<>(Set.of(common));
      Set<Integer> hashes = new HashSet<>();
      for (String model : models) {
        String stateKey = keys.of(model);
        assertThat(KeyGroupRangeAssignment.assignToKeyGroup(stateKey, keyGroups)).isEqualTo(group);
        assertThat(keys.common(model)).isEqualTo(common);
        assertThat(keys.modelKey(stateKey)).isEqualTo(model);
        assertThat(keys.isCommon(stateKey)).isFalse();
        stateKeys.add(stateKey);
        hashes.add(stateKey.hashCode());
      }
      assertThat(stateKeys).hasSize(301);
      assertThat(hashes).hasSizeGreaterThan(290);
      assertThat(keys.isCommon(common)).isTrue();
      assertThat(keys.modelKey(common))
          .isEqualTo("(fleet" + (fleet.isEmpty() ? ")" : " " + fleet + ")"));
    }
  }

  @Test
  void fleetsAreSpreadOverKeyGroups() {
    StateKeys keys = keys(128, "learner.fleet", "prefix");
    Set<Integer> groups = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      groups.add(KeyGroupRangeAssignment.assignToKeyGroup(keys.of(i + "/a"), 128));
    }
    assertThat(groups).hasSizeGreaterThan(90);
  }

  @Test
  void aModelWithoutSeparatorIsAFleetForItself() {
    StateKeys keys = keys(128, "learner.fleet.type", "prefix", "learner.fleet.separator", "--");
    assertThat(keys.common("a-1")).isNotEqualTo(keys.common("a-2"));
    assertThat(keys.common("a--1")).isEqualTo(keys.common("a--2"));
  }

  @Test
  void allModelsAreOneFleet() {
    StateKeys keys = keys(128, "learner.fleet", "all");
    assertThat(keys.common("a/1")).isEqualTo(keys.common("b"));
    assertThat(keys.modelKey(keys.common("b"))).isEqualTo("(fleet)");
  }
}
