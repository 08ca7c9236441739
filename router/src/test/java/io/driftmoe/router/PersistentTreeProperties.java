// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The tree against Java's own, of which every version is kept as a list. */
final class PersistentTreeProperties {
  private record Element(int number, String name) {}

  private record Action(boolean add, Element element) {}

  @Provide
  Arbitrary<List<Action>> actions() {
    Arbitrary<Element> elements =
        Combinators.combine(Arbitraries.integers().between(-20, 20), Arbitraries.of("a", "b", "c"))
            .as(Element::new);
    return Combinators.combine(Arbitraries.of(true, true, false), elements)
        .as(Action::new)
        .list()
        .ofMaxSize(200);
  }

  @Property
  void equalsJavasTree_andOldVersionsStayAsTheyWere(@ForAll("actions") List<Action> actions) {
    TreeSet<Element> expected =
        new TreeSet<>(Comparator.comparingInt(Element::number).thenComparing(Element::name));
    PersistentTree<Element> tree = PersistentTree.empty(Comparator.comparing(Element::name));
    List<PersistentTree<Element>> versions = new ArrayList<>();
    List<List<Element>> contents = new ArrayList<>();
    for (Action action : actions) {
      Element element = action.element;
      if (action.add) {
        expected.add(element);
        tree = tree.with(element.number, element);
      } else {
        expected.remove(element);
        tree = tree.without(element.number, element);
      }
      boolean contained =
          tree.find(element.number, other -> element.name.compareTo(other.name)) != null;
      assertThat(contained).isEqualTo(action.add);
      assertThat(tree.first()).isEqualTo(expected.isEmpty() ? null : expected.first());
      assertThat(tree.isEmpty()).isEqualTo(expected.isEmpty());
      assertThat((double) tree.height()).isLessThanOrEqualTo(largestHeight(expected.size()));
      versions.add(tree);
      contents.add(List.copyOf(expected));
    }
    for (int i = 0; i < versions.size(); i++) {
      assertThat(versions.get(i)).containsExactlyElementsOf(contents.get(i));
    }
  }

  @Example
  void staysBalanced_whenElementsComeAndGoInOrder() {
    int count = 10_000;
    PersistentTree<Integer> tree = PersistentTree.empty((one, other) -> 0);
    for (int i = 0; i < 3 * count; i++) {
      tree = tree.with(i, i);
      if (i >= count) {
        tree = tree.without(i - count, i - count);
      }
    }
    assertThat(tree.first()).isEqualTo(2 * count);
    assertThat(tree).hasSize(count);
    assertThat((double) tree.height()).isLessThanOrEqualTo(largestHeight(count));
  }

  @Example
  void anElementTakesThePlaceOfItsEqual() {
    PersistentTree<String> tree = PersistentTree.empty((one, other) -> 0);
    assertThat(tree.with(1, "old").with(2, "other").with(1, "new")).containsExactly("new", "other");
  }

  @Example
  void theIterationEnds() {
    PersistentTree<String> tree = PersistentTree.<String>empty((one, other) -> 0).with(1, "a");
    Iterator<String> elements = tree.iterator();
    elements.next();
    assertThat(elements.hasNext()).isFalse();
    assertThatThrownBy(elements::next).isInstanceOf(NoSuchElementException.class);
  }

  /** Of an AVL tree: 1.4405 log2(n + 2) - 0.3277. */
  private static double largestHeight(int size) {
    return 1.4405 * Math.log(size + 2) / Math.log(2) - 0.3277;
  }
}
