// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.javacliparser.Option;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import moa.classifiers.core.attributeclassobservers.GaussianNumericAttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.NominalAttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.NullAttributeClassObserver;
import moa.classifiers.core.conditionaltests.NominalAttributeBinaryTest;
import moa.classifiers.core.conditionaltests.NominalAttributeMultiwayTest;
import moa.classifiers.core.conditionaltests.NumericAttributeBinaryTest;
import moa.classifiers.trees.HoeffdingTree;
import moa.core.AutoExpandVector;
import moa.core.DoubleVector;
import moa.core.GaussianEstimator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the snapshot holds all of MOA's state, whatever MOA's classes declare. */
class MoaTreeStateTest {
  /** Set from the options and the schema, or unused by a tree that is not random. */
  private static final Set<String> CONFIGURATION =
      Set.of(
          "AbstractOptionHandler.config",
          "AbstractClassifier.modelContext",
          "AbstractClassifier.randomSeed",
          "AbstractClassifier.classifierRandom");

  private static final List<Class<?>> STATEFUL =
      List.of(
          LeanHoeffdingTree.class,
          HoeffdingTree.SplitNode.class,
          HoeffdingTree.InactiveLearningNode.class,
          HoeffdingTree.ActiveLearningNode.class,
          HoeffdingTree.LearningNodeNB.class,
          HoeffdingTree.LearningNodeNBAdaptive.class,
          NumericAttributeBinaryTest.class,
          NominalAttributeBinaryTest.class,
          NominalAttributeMultiwayTest.class,
          GaussianNumericAttributeClassObserver.class,
          NominalAttributeClassObserver.class,
          NullAttributeClassObserver.class,
          GaussianEstimator.class,
          DoubleVector.class,
          AutoExpandVector.class);

  @Test
  void snapshotKnowsEveryFieldOfMoa() {
    Set<String> declared = new LinkedHashSet<>();
    for (Class<?> type : STATEFUL) {
      stateFields(type).forEach(field -> declared.add(name(field)));
    }
    assertThat(declared).containsExactlyInAnyOrderElementsOf(MoaTreeFields.KNOWN);
  }

  @Test
  void snapshotKnowsEveryNodeClassOfMoa() {
    List<Class<?>> nodes =
        Arrays.stream(HoeffdingTree.class.getDeclaredClasses())
            .filter(HoeffdingTree.Node.class::isAssignableFrom)
            .filter(type -> type != HoeffdingTree.Node.class)
            .filter(type -> !Modifier.isAbstract(type.getModifiers()))
            .toList();
    assertThat(nodes).isNotEmpty().allMatch(STATEFUL::contains);
  }

  @Test
  void anAddedFieldWouldBeNoticed() {
    @SuppressWarnings("serial")
    class Upgraded extends HoeffdingTree.LearningNodeNBAdaptive {
      double addedByAnUpgrade;

      Upgraded() {
        super(new double[0]);
        addedByAnUpgrade = 1;
      }
    }

    assertThat(stateFields(Upgraded.class).stream().map(MoaTreeStateTest::name))
        .contains("Upgraded.addedByAnUpgrade", "Node.observedClassDistribution");
  }

  @Test
  void treeHasNoRandomState() {
    assertThat(MoaHoeffdingTreeFactory.paper().newTree().classifierRandom).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, 700, 1_300, 2_600, 6_000})
  void restoredTreeEqualsTheOriginalFieldByField(int events) throws IOException {
    MoaHoeffdingTreeFactory factory = new MoaHoeffdingTreeFactory(20, 0.01, 0.1);
    MoaHoeffdingTree original = (MoaHoeffdingTree) factory.create(MixedStream.SCHEMA, 1);
    learn(original, MixedStream.of(6_000, 31).subList(0, events));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    original.writeSnapshot(new DataOutputStream(bytes));
    MoaHoeffdingTree restored =
        (MoaHoeffdingTree)
            factory.restore(
                MixedStream.SCHEMA,
                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    assertThat(facts(restored.tree())).isEqualTo(facts(original.tree()));
  }

  @Test
  void testStreamGrowsEveryKindOfSplit() {
    MoaHoeffdingTree expert =
        (MoaHoeffdingTree) new MoaHoeffdingTreeFactory(20, 0.01, 0.1).create(MixedStream.SCHEMA, 1);
    learn(expert, MixedStream.of(6_000, 31));
    String facts = String.join("\n", facts(expert.tree()));
    assertThat(facts)
        .contains("= NumericAttributeBinaryTest")
        .contains("= NominalAttributeMultiwayTest")
        .contains("= GaussianNumericAttributeClassObserver")
        .contains("= NominalAttributeClassObserver")
        .contains("= null");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void everyKindOfLeafIsKept(int leafPrediction) throws IOException {
    HoeffdingTree original = tree(leafPrediction);
    learn(original, MixedStream.of(5_000, 32));
    original.deactivateAllLeaves();
    assertThat(String.join("\n", facts(original))).contains("= InactiveLearningNode");
    HoeffdingTree inactive = copy(original, leafPrediction);
    assertThat(facts(inactive)).isEqualTo(facts(original));

    learn(original, MixedStream.of(2_000, 33));
    learn(inactive, MixedStream.of(2_000, 33));
    assertThat(facts(inactive)).isEqualTo(facts(original));

    HoeffdingTree active = tree(leafPrediction);
    learn(active, MixedStream.of(5_000, 32));
    assertThat(String.join("\n", facts(active))).contains("= NominalAttributeBinaryTest");
    assertThat(facts(copy(active, leafPrediction))).isEqualTo(facts(active));
  }

  @Test
  void unknownNodeClassIsAnError() {
    @SuppressWarnings("serial")
    class Foreign extends HoeffdingTree.ActiveLearningNode {
      Foreign() {
        super(new double[0]);
      }
    }
    HoeffdingTree tree = tree(2);
    MoaTreeFields.TREE_ROOT.set(tree, new Foreign());
    assertThatThrownBy(
            () -> new MoaTreeWriter(new DataOutputStream(new ByteArrayOutputStream())).write(tree))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Foreign");
  }

  private static HoeffdingTree tree(int leafPrediction) {
    HoeffdingTree tree = new LeanHoeffdingTree();
    tree.leafpredictionOption.setChosenIndex(leafPrediction);
    tree.gracePeriodOption.setValue(20);
    tree.splitConfidenceOption.setValue(0.01);
    // Left alone, MOA's tree all but always prefers the multiway split.
    tree.binarySplitsOption.set();
    if (leafPrediction == 0) {
      tree.removePoorAttsOption.set();
    }
    tree.prepareForUse();
    tree.setModelContext(MoaHeaders.of(MixedStream.SCHEMA));
    return tree;
  }

  private static HoeffdingTree copy(HoeffdingTree tree, int leafPrediction) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new MoaTreeWriter(new DataOutputStream(bytes)).write(tree);
    int[] nominalValues =
        MixedStream.SCHEMA.attributes().stream().mapToInt(a -> a.values().size()).toArray();
    HoeffdingTree copy = tree(leafPrediction);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    new MoaTreeReader(in, nominalValues, MixedStream.SCHEMA.classes()).read(copy);
    assertThat(in.read()).isEqualTo(-1);
    return copy;
  }

  private static void learn(MoaHoeffdingTree expert, List<LabeledExample> examples) {
    examples.forEach(example -> expert.learn(example.features(), example.label(), 1));
  }

  private static void learn(HoeffdingTree tree, List<LabeledExample> examples) {
    for (LabeledExample example : examples) {
      tree.trainOnInstance(RawInstances.of(MixedStream.SCHEMA, example, 1));
    }
  }

  /** Everything reachable from the tree through its state, one line a value, in a fixed order. */
  private static List<String> facts(HoeffdingTree tree) {
    List<String> facts = new ArrayList<>();
    collect("tree", tree, facts, Collections.newSetFromMap(new IdentityHashMap<>()));
    return facts;
  }

  private static void collect(String path, Object value, List<String> facts, Set<Object> seen) {
    if (value instanceof Double number) {
      facts.add(path + " = " + Long.toHexString(Double.doubleToRawLongBits(number)));
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      facts.add(path + " = " + value);
    } else if (value.getClass().isArray()) {
      facts.add(path + " has length " + Array.getLength(value));
      for (int i = 0; i < Array.getLength(value); i++) {
        collect(path + "[" + i + "]", Array.get(value, i), facts, seen);
      }
    } else if (value instanceof List<?> list) {
      facts.add(path + " has size " + list.size());
      for (int i = 0; i < list.size(); i++) {
        collect(path + "[" + i + "]", list.get(i), facts, seen);
      }
    } else {
      facts.add(path + " = " + value.getClass().getSimpleName());
      // Shared objects would be torn apart by a snapshot: there must be none.
      assertThat(seen.add(value)).as("%s is shared", path).isTrue();
      for (Field field : stateFields(value.getClass())) {
        field.setAccessible(true);
        try {
          collect(path + "." + field.getName(), field.get(value), facts, seen);
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private static List<Field> stateFields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> c = type; !c.getName().startsWith("java."); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (!Modifier.isStatic(modifiers)
            && !Modifier.isTransient(modifiers)
            && !field.isSynthetic()
            && !Option.class.isAssignableFrom(field.getType())
            && !CONFIGURATION.contains(name(field))) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  private static String name(Field field) {
    return field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }
}
