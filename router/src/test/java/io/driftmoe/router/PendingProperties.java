// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Pending against a plain list that is searched from end to end. */
final class PendingProperties {
  private static final int CAPACITY = 5;

  private record Action(String kind, String id, long time, int value) {}

  @Provide
  Arbitrary<List<Action>> actions() {
    return Combinators.combine(
            Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just("add")),
                Tuple.of(2, Arbitraries.just("take")),
                Tuple.of(1, Arbitraries.just("expire")),
                Tuple.of(2, Arbitraries.just("evict")),
                Tuple.of(1, Arbitraries.just("copy")),
                Tuple.of(1, Arbitraries.just("restore"))),
            Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "ü€😀", ""),
            Arbitraries.longs().between(-3, 8),
            Arbitraries.integers())
        .as(Action::new)
        .list()
        .ofMaxSize(60);
  }

  @Property
  void behavesLikeAPlainList(@ForAll("actions") List<Action> actions) throws IOException {
    Pending<Integer> pending = new Pending<>();
    List<Pending.Entry<Integer>> model = new ArrayList<>();
    for (Action action : actions) {
      switch (action.kind) {
        case "add" -> {
          boolean fresh = model.stream().noneMatch(entry -> entry.id().equals(action.id));
          if (fresh) {
            model.add(new Pending.Entry<>(action.id, action.time, action.value));
          }
          assertThat(pending.add(action.id, action.time, action.value)).isEqualTo(fresh);
        }
        case "take" -> {
          Optional<Pending.Entry<Integer>> found =
              model.stream().filter(entry -> entry.id().equals(action.id)).findFirst();
          found.ifPresent(model::remove);
          assertThat(pending.contains(action.id)).isEqualTo(found.isPresent());
          assertThat(pending.take(action.id))
              .isEqualTo(found.map(Pending.Entry::value).orElse(null));
        }
        case "expire" -> {
          // A stable sort: equal times stay in the order they were added.
          List<Pending.Entry<Integer>> due =
              model.stream()
                  .filter(entry -> entry.expiryTime() <= action.time)
                  .sorted(Comparator.comparingLong(Pending.Entry::expiryTime))
                  .toList();
          model.removeAll(due);
          assertThat(pending.expire(action.time)).isEqualTo(due);
        }
        case "evict" -> {
          List<Pending.Entry<Integer>> surplus =
              model.subList(0, Math.max(0, model.size() - CAPACITY));
          assertThat(pending.evictOldestAbove(CAPACITY)).isEqualTo(surplus);
          surplus.clear();
        }
        case "copy" -> {
          Pending<Integer> original = pending;
          pending = original.copy();
          original.add("only in the original", action.time, action.value);
          original.expire(action.time);
          original.evictOldestAbove(0);
        }
        default -> pending = Pending.restore(input(snapshot(pending)), DataInput::readInt);
      }
      assertThat(pending.size()).isEqualTo(model.size());
    }
    assertThat(pending.expire(Long.MAX_VALUE)).hasSize(model.size());
    assertThat(pending.size()).isZero();
  }

  @Example
  void idsMayBeOfAnyLength_andHashAlike() throws IOException {
    Pending<Integer> pending = new Pending<>();
    String id = "€".repeat(1 << 20);
    List<String> alike = List.of("AaAa", "AaBB", "BBAa", "BBBB");
    assertThat(alike.stream().map(String::hashCode).distinct()).hasSize(1);
    pending.add(id, 1, 0);
    alike.forEach(one -> pending.add(one, 1, one.indexOf('B')));
    Pending<Integer> restored = Pending.restore(input(snapshot(pending)), DataInput::readInt);
    assertThat(restored.take(id)).isZero();
    for (String one : alike) {
      assertThat(restored.take(one)).isEqualTo(one.indexOf('B'));
    }
    assertThat(restored.size()).isZero();
  }

  @Example
  void bytesAreThoseOfWhatWaits_andBoundIt() {
    Pending<Integer> pending = new Pending<>(value -> value);
    pending.add("a", 5, 1_000);
    long one = pending.bytes();
    assertThat(one).isGreaterThan(1_000);
    pending.add("b", 4, 1_000);
    pending.add("c", 3, 1_000);
    assertThat(pending.bytes()).isEqualTo(3 * one);
    assertThat(pending.evictOldestAboveBytes(3 * one)).isEmpty();
    assertThat(pending.evictOldestAboveBytes(2 * one))
        .extracting(Pending.Entry::id)
        .containsExactly("a");
    pending.expire(3);
    assertThat(pending.copy().bytes()).isEqualTo(one);
    pending.take("b");
    assertThat(pending.bytes()).isZero();
  }

  @Example
  void aSweepTakesWhatWasThereAtTheLastOne() {
    Pending<Integer> pending = new Pending<>();
    pending.add("a", 5, 1);
    pending.add("b", 5, 1);
    assertThat(pending.sweep()).isEmpty();
    pending.add("c", 5, 1);
    pending.take("a");
    assertThat(pending.sweep()).extracting(Pending.Entry::id).containsExactly("b");
    assertThat(pending.copy().sweep()).extracting(Pending.Entry::id).containsExactly("c");
  }

  @Example
  void refusesBrokenBytes() throws IOException {
    Pending<Integer> pending = new Pending<>();
    pending.add("a", 1, 2);
    byte[] bytes = snapshot(pending);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Pending.restore(input(cut), DataInput::readInt))
          .isInstanceOf(IOException.class);
    }
    for (byte first : new byte[] {0x7f, -1}) { // of the length of the id
      byte[] longId = bytes.clone();
      longId[10] = first;
      assertThatThrownBy(() -> Pending.restore(input(longId), DataInput::readInt))
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] snapshot(Pending<Integer> pending) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    pending.writeSnapshot(new DataOutputStream(bytes), (value, out) -> out.writeInt(value));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
