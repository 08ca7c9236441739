// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set that never changes: adding and removing make a new one, which shares all but one
 * path with the old. So the old one can be kept, and written by another thread, at no cost.
 *
 * <p>Elements are sorted by a number, then by a comparator. The tree is balanced by height (AVL): a
 * path in a set of n has at most 1.45 log2 n nodes, whatever the order of additions.
 *
 * @param <E> immutable
 */
final class PersistentTree<E> implements Iterable<E> {
  private final Comparator<? super E> sameNumber;

  /** Null when the set is empty. */
  private final @Nullable Node<E> root;

  private PersistentTree(Comparator<? super E> sameNumber, @Nullable Node<E> root) {
    this.sameNumber = sameNumber;
    this.root = root;
  }

  /**
   * The empty set.
   *
   * @param sameNumber sorts elements with the same number; those it holds equal are one element
   */
  static <E> PersistentTree<E> empty(Comparator<? super E> sameNumber) {
    return new PersistentTree<>(sameNumber, null);
  }

  private static final class Node<E> {
    private final long number;
    private final E element;
    private final @Nullable Node<E> left;
    private final @Nullable Node<E> right;
    private final int height;

    private Node(long number, E element, @Nullable Node<E> left, @Nullable Node<E> right) {
      this.number = number;
      this.element = element;
      this.left = left;
      this.right = right;
      this.height = 1 + Math.max(heightOf(left), heightOf(right));
    }

    private Node<E> with(@Nullable Node<E> newLeft, @Nullable Node<E> newRight) {
      return new Node<>(number, element, newLeft, newRight);
    }
  }

  private static int heightOf(@Nullable Node<?> node) {
    return node == null ? 0 : node.height;
  }

  /** Nodes on the longest path. */
  int height() {
    return heightOf(root);
  }

  boolean isEmpty() {
    return root == null;
  }

  /** The smallest element; null when the set is empty. */
  @Nullable E first() {
    Node<E> node = firstNode();
    return node == null ? null : node.element;
  }

  /** Whether there is an element with at most this number. */
  boolean beginsUpTo(long number) {
    Node<E> node = firstNode();
    return node != null && node.number <= number;
  }

  private @Nullable Node<E> firstNode() {
    Node<E> node = root;
    while (node != null && node.left != null) {
      node = node.left;
    }
    return node;
  }

  /**
   * An element by its place.
   *
   * @param number that the element has
   * @param direction of an element with this number: 0 when it is the one, negative when the one is
   *     smaller, positive when it is larger
   * @return the element, or null
   */
  @Nullable E find(long number, ToIntFunction<? super E> direction) {
    Node<E> node = root;
    while (node != null) {
      int side = Long.compare(number, node.number);
      if (side == 0) {
        side = direction.applyAsInt(node.element);
      }
      if (side == 0) {
        return node.element;
      }
      node = side < 0 ? node.left : node.right;
    }
    return null;
  }

  /** This set and an element, in the place of one that equals it. */
  PersistentTree<E> with(long number, E element) {
    return new PersistentTree<>(sameNumber, added(root, number, element));
  }

  private Node<E> added(@Nullable Node<E> node, long number, E element) {
    if (node == null) {
      return new Node<>(number, element, null, null);
    }
    int side = side(number, element, node);
    if (side == 0) {
      return new Node<>(number, element, node.left, node.right);
    }
    return side < 0
        ? balanced(node, added(node.left, number, element), node.right)
        : balanced(node, node.left, added(node.right, number, element));
  }

  /** This set without an element; one that is not there need not be taken away. */
  PersistentTree<E> without(long number, E element) {
    return new PersistentTree<>(sameNumber, removed(root, number, element));
  }

  private @Nullable Node<E> removed(@Nullable Node<E> node, long number, E element) {
    if (node == null) {
      return null;
    }
    int side = side(number, element, node);
    if (side < 0) {
      return balanced(node, removed(node.left, number, element), node.right);
    }
    if (side > 0) {
      return balanced(node, node.left, removed(node.right, number, element));
    }
    if (node.left == null || node.right == null) {
      return node.left == null ? node.right : node.left;
    }
    Node<E> next = node.right;
    while (next.left != null) {
      next = next.left;
    }
    return balanced(next, node.left, withoutFirst(node.right));
  }

  private static <E> @Nullable Node<E> withoutFirst(Node<E> node) {
    return node.left == null ? node.right : balanced(node, withoutFirst(node.left), node.right);
  }

  private int side(long number, E element, Node<E> node) {
    int side = Long.compare(number, node.number);
    return side != 0 ? side : sameNumber.compare(element, node.element);
  }

  /** A node between two trees whose heights differ by at most 2. */
  private static <E> Node<E> balanced(
      Node<E> middle, @Nullable Node<E> left, @Nullable Node<E> right) {
    int lean = heightOf(left) - heightOf(right);
    if (lean > 1) {
      Node<E> high = higher(left);
      if (heightOf(high.left) >= heightOf(high.right)) {
        return high.with(high.left, middle.with(high.right, right));
      }
      Node<E> inner = higher(high.right);
      return inner.with(high.with(high.left, inner.left), middle.with(inner.right, right));
    }
    if (lean < -1) {
      Node<E> high = higher(right);
      if (heightOf(high.right) >= heightOf(high.left)) {
        return high.with(middle.with(left, high.left), high.right);
      }
      Node<E> inner = higher(high.left);
      return inner.with(middle.with(left, inner.left), high.with(inner.right, high.right));
    }
    return middle.with(left, right);
  }

  /** A tree that is higher than another, and so has a node. */
  private static <E> Node<E> higher(@Nullable Node<E> node) {
    return Objects.requireNonNull(node);
  }

  /** From the smallest to the largest. */
  @Override
  public Iterator<E> iterator() {
    return new InOrder<>(root);
  }

  private static final class InOrder<E> implements Iterator<E> {
    /** Nodes whose left side is done, the next on top. */
    private final Deque<Node<E>> open = new ArrayDeque<>();

    private InOrder(@Nullable Node<E> root) {
      descend(root);
    }

    private void descend(@Nullable Node<E> from) {
      for (@Nullable Node<E> node = from; node != null; node = node.left) {
        open.push(node);
      }
    }

    @Override
    public boolean hasNext() {
      return !open.isEmpty();
    }

    @Override
    public E next() {
      Node<E> node = open.pop(); // throws NoSuchElementException at the end
      descend(node.right);
      return node.element;
    }
  }
}
