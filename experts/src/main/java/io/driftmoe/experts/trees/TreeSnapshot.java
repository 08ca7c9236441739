// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.trees;

import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of a tree: nodes in their order, with the statistics of the classes that each leaf has
 * seen. What follows from the rest is computed again.
 *
 * <p>A weight is mostly a small whole number and then takes one to four bytes; see {@link
 * #writeWeight}.
 */
final class TreeSnapshot {
  static final String TAG = "HTRE";

  /**
   * Up to version 2 the rows of a leaf held the weights of wide attributes as well, up to version 3
   * there were no ranges of ordinary values.
   */
  static final int VERSION = 4;

  private static final int ALL_IN_ROWS = 2;

  private static final int ACTIVE = 1;
  private static final int MISSING = 2;
  private static final int TABLES = 4;

  /** The weights called missing are of forgotten values alone; earlier snapshots do not say so. */
  private static final int FORGOTTEN = 8;

  private static final int LONGEST_WHOLE = 1 << 28;
  private static final int LONGEST_SHIFT = 28;

  private TreeSnapshot() {}

  static void write(DataOutput out, LeafLayout layout, TreeNodes nodes) throws IOException {
    out.writeInt(nodes.size);
    for (int node = 0; node < nodes.size; node++) {
      out.writeInt(nodes.attribute[node]);
      writeWeights(out, nodes.counts[node], 0, layout.classes);
      if (nodes.attribute[node] >= 0) {
        int single = nodes.single(node);
        out.writeDouble(single >= 0 ? single : nodes.threshold[node]);
        out.writeInt(nodes.firstChild[node]);
      } else {
        writeLeaf(out, layout, nodes.leaf[node]);
      }
    }
  }

  private static void writeLeaf(DataOutput out, LeafLayout layout, Leaf leaf) throws IOException {
    out.writeByte(
        (leaf.isActive() ? ACTIVE : 0)
            | (leaf.missing != null ? MISSING : 0)
            | (leaf.tables != null ? TABLES : 0)
            | (leaf.missing != null && !leaf.anyMissing ? FORGOTTEN : 0));
    out.writeLong(leaf.seed);
    writeWeight(out, leaf.total);
    writeWeight(out, leaf.unobserved);
    writeWeight(out, leaf.due);
    writeWeight(out, leaf.majorityCorrect);
    writeWeight(out, leaf.bayesCorrect);
    if (!leaf.isActive()) {
      return;
    }
    for (int c = 0; c < layout.classes; c++) {
      double[] row = leaf.rows[c];
      out.writeBoolean(row != null);
      if (row == null) {
        continue;
      }
      writeWeight(out, row[LeafLayout.WEIGHT]);
      for (int i = 0; i < layout.numeric.length; i++) {
        out.writeDouble(row[LeafLayout.MEAN + i]);
        out.writeDouble(row[layout.square + i]);
        out.writeDouble(row[layout.min + i]);
        out.writeDouble(row[layout.max + i]);
      }
      writeWeights(out, row, layout.nominals, layout.length);
      if (leaf.missing != null) {
        out.writeBoolean(leaf.missing[c] != null);
        if (leaf.missing[c] != null) {
          writeWeights(out, leaf.missing[c], 0, layout.attributes());
        }
      }
    }
    if (leaf.tables != null) {
      for (ValueTable table : leaf.tables) {
        writeTable(out, layout, table);
      }
    }
  }

  /** Every slot, because what is forgotten later depends on where values are. */
  private static void writeTable(DataOutput out, LeafLayout layout, ValueTable table)
      throws IOException {
    out.writeInt(table.slots());
    for (int slot = 0; slot < table.slots(); slot++) {
      writeWeight(out, table.value(slot) + 1.0);
      for (int c = 0; table.value(slot) >= 0 && c < layout.classes; c++) {
        writeWeight(out, table.weight(slot, c));
      }
    }
  }

  /**
   * Reads nodes into an empty tree.
   *
   * @param version of the snapshot
   * @param posterior computes what follows from the statistics of a leaf
   * @throws IOException when the nodes found are not a tree over this layout
   */
  static void read(
      DataInput in, int version, LeafLayout layout, TreeNodes nodes, Posterior posterior)
      throws IOException {
    int size = in.readInt();
    if (size < 1) {
      throw new IOException("snapshot holds a tree of %s nodes".formatted(size));
    }
    for (int node = 0; node < size; node++) {
      int attribute = in.readInt();
      double[] counts = new double[layout.classes];
      readWeights(in, counts, 0, layout.classes);
      if (attribute < 0) {
        nodes.add(readLeaf(in, version, layout, counts, posterior));
        continue;
      }
      double threshold = in.readDouble();
      int child = in.readInt();
      if (attribute >= layout.attributes()
          || !isThreshold(layout, attribute, threshold)
          || child <= node) {
        throw noSplit(attribute, child);
      }
      boolean wide = layout.isWide(attribute) && threshold == threshold;
      nodes.addSplit(attribute, wide ? Double.NaN : threshold, child, counts);
      nodes.single(node, wide ? (int) threshold : -1);
      if (child > size - nodes.branches(layout, node)) {
        throw noSplit(attribute, child);
      }
    }
    checkParents(layout, nodes);
  }

  private static IOException noSplit(int attribute, int child) {
    return new IOException(
        "snapshot holds a split on attribute %s with children from node %s on"
            .formatted(attribute, child));
  }

  /** Wide attributes may have been split into all their values once. */
  private static boolean isThreshold(LeafLayout layout, int attribute, double threshold) {
    if (layout.isWide(attribute) && threshold == threshold) {
      return threshold >= 0 && threshold < layout.values[attribute] && threshold == (int) threshold;
    }
    return threshold == threshold == (layout.values[attribute] == 0);
  }

  /** Every node but the root is the child of one split. */
  private static void checkParents(LeafLayout layout, TreeNodes nodes) throws IOException {
    int[] parents = new int[nodes.size];
    for (int node = 0; node < nodes.size; node++) {
      int attribute = nodes.attribute[node];
      for (int b = 0; attribute >= 0 && b < nodes.branches(layout, node); b++) {
        parents[nodes.firstChild[node] + b]++;
      }
    }
    for (int node = 1; node < nodes.size; node++) {
      if (parents[node] != 1) {
        throw new IOException(
            "snapshot holds %s parents of node %s".formatted(parents[node], node));
      }
    }
  }

  private static Leaf readLeaf(
      DataInput in, int version, LeafLayout layout, double[] counts, Posterior posterior)
      throws IOException {
    int flags = in.readUnsignedByte();
    Leaf leaf = new Leaf(counts, in.readLong());
    if ((flags & ACTIVE) != 0) {
      leaf.activate(0);
    }
    leaf.total = readWeight(in);
    leaf.unobserved = readWeight(in);
    leaf.due = readWeight(in);
    leaf.majorityCorrect = readWeight(in);
    leaf.bayesCorrect = readWeight(in);
    leaf.anyMissing = (flags & (MISSING | FORGOTTEN)) == MISSING;
    if ((flags & ACTIVE) == 0) {
      return leaf;
    }
    for (int c = 0; c < layout.classes; c++) {
      if (in.readBoolean()) {
        double[] row = leaf.row(layout, c);
        readRow(in, layout, row);
        if (version <= ALL_IN_ROWS) {
          readAllNominals(in, layout, leaf, c);
        } else {
          readWeights(in, row, layout.nominals, layout.length);
        }
        if ((flags & MISSING) != 0 && in.readBoolean()) {
          readWeights(in, leaf.gaps(c, layout.attributes()), 0, layout.attributes());
        }
        posterior.refresh(leaf, c);
      }
    }
    if ((flags & TABLES) != 0) {
      ValueTable[] tables = leaf.tables(layout);
      for (int i = 0; i < tables.length; i++) {
        leaf.statisticsBytes -= tables[i].bytes();
        readTable(in, layout, layout.values[layout.wide[i]], tables[i]);
        leaf.statisticsBytes += tables[i].bytes();
      }
    }
    return leaf;
  }

  private static void readAllNominals(DataInput in, LeafLayout layout, Leaf leaf, int c)
      throws IOException {
    for (int a = 0; a < layout.attributes(); a++) {
      int i = layout.position[a];
      if (layout.isWide(a)) {
        ValueTable table = leaf.tables(layout)[i];
        leaf.statisticsBytes -= table.bytes();
        for (int v = 0; v < layout.values[a]; v++) {
          double weight = readWeight(in);
          if (weight > 0) {
            table.add(v, c, weight, Long.MAX_VALUE);
          }
        }
        leaf.statisticsBytes += table.bytes();
      } else if (layout.values[a] > 0) {
        int start = layout.nominalStart[i];
        readWeights(in, leaf.row(layout, c), start, start + layout.values[a]);
      }
    }
  }

  private static void readTable(DataInput in, LeafLayout layout, int values, ValueTable table)
      throws IOException {
    int slots = in.readInt();
    if (Integer.bitCount(slots) != 1
        || slots < ValueTable.SMALLEST
        || slots > ValueTable.SMALLEST + 4L * values) {
      throw new IOException("snapshot holds a table of %s slots".formatted(slots));
    }
    table.restore(slots);
    for (int slot = 0; slot < slots; slot++) {
      double value = readWeight(in) - 1;
      if (value >= values || value != (int) value) {
        throw new IOException("snapshot holds value %s of %s".formatted(value, values));
      }
      if (value >= 0) {
        table.restore(slot, (int) value);
        for (int c = 0; c < layout.classes; c++) {
          table.restore(slot, c, readWeight(in));
        }
      }
    }
    if (!table.isConsistent()) {
      throw new IOException("snapshot holds a value in a wrong place");
    }
  }

  private static void readRow(DataInput in, LeafLayout layout, double[] row) throws IOException {
    row[LeafLayout.WEIGHT] = readWeight(in);
    for (int i = 0; i < layout.numeric.length; i++) {
      row[LeafLayout.MEAN + i] = readNumber(in, "mean");
      row[layout.square + i] = readNumber(in, "square");
      row[layout.min + i] = readNumber(in, "smallest value");
      row[layout.max + i] = readNumber(in, "largest value");
    }
  }

  private static void writeWeights(DataOutput out, double[] weights, int from, int to)
      throws IOException {
    for (int i = from; i < to; i++) {
      writeWeight(out, weights[i]);
    }
  }

  private static void readWeights(DataInput in, double[] weights, int from, int to)
      throws IOException {
    for (int i = from; i < to; i++) {
      weights[i] = readWeight(in);
    }
  }

  /**
   * Writes 1 + a whole number below 2^28, seven bits a byte, low ones first; else 0 and 8 bytes.
   */
  private static void writeWeight(DataOutput out, double weight) throws IOException {
    int whole = (int) weight;
    if (weight != whole || whole < 0 || whole >= LONGEST_WHOLE) {
      out.writeByte(0);
      out.writeDouble(weight);
      return;
    }
    int rest = whole + 1;
    while (rest > 127) {
      out.writeByte(rest | 128);
      rest >>= 7;
    }
    out.writeByte(rest);
  }

  private static double readWeight(DataInput in) throws IOException {
    int rest = in.readUnsignedByte();
    if (rest == 0) {
      return SnapshotArrays.readDouble(in, 0, Double.MAX_VALUE, "weight");
    }
    int value = rest & 127;
    for (int shift = 7; rest > 127; shift += 7) {
      rest = shift > LONGEST_SHIFT ? 0 : in.readUnsignedByte();
      value |= (rest & 127) << shift;
    }
    if (value < 1 || value > LONGEST_WHOLE) {
      throw new IOException("snapshot holds weight %s".formatted(value - 1L));
    }
    return value - 1;
  }

  private static double readNumber(DataInput in, String field) throws IOException {
    double unbounded = Double.POSITIVE_INFINITY;
    return SnapshotArrays.readDouble(in, -unbounded, unbounded, field);
  }
}
