// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The latest labels in the order in which they were learned, each with the groups of its event. It
 * tells the last labels as they were at any version of the mixture that it still reaches, so that a
 * late lesson finds what was known when its event was predicted.
 *
 * <p>A group is a value of a nominal attribute. It is looked for among the latest {@value #REACH}
 * labels: on average so many steps as the attribute has values, however late labels are.
 */
final class LabelHistory {
  /** Labels among which the last ones of a group are looked for. */
  static final int REACH = 1024;

  /** Of a group whose last labels are too long ago, or of which there were none. */
  static final int NONE = -1;

  private static final int MOST_GROUPINGS = 4;
  private static final int MOST_VALUES = 64;

  /** Labels that are held when labels come late. */
  private static final int LARGEST = 1 << 16;

  private final Domain domain;
  private final int[] attributes;

  // Rings; the label of version v is at v modulo their length, a power of 2.
  private byte[] labels = new byte[2 * REACH];
  private final byte[][] groups;

  // Versions of the mixture: of the first label that was given, the first that the rings may hold,
  // and the one that is to come.
  private long begin;
  private long held;
  private long end;

  LabelHistory(Domain domain) {
    this.domain = domain;
    this.attributes = attributes(domain);
    this.groups = new byte[attributes.length][labels.length];
  }

  private static int[] attributes(Domain domain) {
    return IntStream.range(0, domain.attributes())
        .filter(a -> domain.values(a) >= 2 && domain.values(a) <= MOST_VALUES)
        .boxed()
        .sorted(Comparator.comparingInt(a -> -domain.values(a)))
        .limit(MOST_GROUPINGS)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Attributes of such events whose values are groups. */
  static int groupings(Domain domain) {
    return attributes(domain).length;
  }

  /** Attributes whose values are groups. */
  int groupings() {
    return attributes.length;
  }

  /** Position of such an attribute in the schema. */
  int attribute(int grouping) {
    return attributes[grouping];
  }

  /**
   * Takes the next label.
   *
   * @param version of the mixture before it learns the event; where one is missing, all before are
   *     forgotten
   */
  void add(FeatureVector features, int label, long version) {
    if (version != end) {
      begin = version;
      held = version;
      end = version;
    }
    int at = at(end);
    labels[at] = (byte) label;
    for (int g = 0; g < attributes.length; g++) {
      groups[g][at] = (byte) group(features, g);
    }
    end++;
  }

  private int group(FeatureVector features, int grouping) {
    double value = domain.read(features, attributes[grouping]);
    return value == value ? (int) value : MOST_VALUES; // missing is a group of its own
  }

  private int at(long version) {
    return (int) (version & labels.length - 1);
  }

  private long oldest() {
    return Math.max(held, end - labels.length);
  }

  /**
   * Whether the last labels at some version can be told. Where they cannot because labels come
   * later than ever, more are kept from now on.
   */
  boolean reaches(long version) {
    if (version < begin || version > end) {
      return false;
    }
    if (oldest() <= Math.max(begin, version - REACH)) {
      return true;
    }
    long wanted = Math.min(LARGEST, end - (version - REACH));
    if (wanted > labels.length) {
      grow(2 * Integer.highestOneBit((int) wanted - 1));
    }
    return false;
  }

  private void grow(int length) {
    long from = oldest();
    for (int g = 0; g < groups.length; g++) {
      groups[g] = stretched(groups[g], length, from);
    }
    labels = stretched(labels, length, from);
    held = from;
  }

  private byte[] stretched(byte[] ring, int length, long from) {
    byte[] longer = new byte[length];
    for (long v = from; v < end; v++) {
      longer[(int) (v & length - 1)] = ring[(int) (v & ring.length - 1)];
    }
    return longer;
  }

  /**
   * Finds the last two labels of the stream.
   *
   * @param version that is {@linkplain #reaches reached}
   * @param found receives the last label and the one before it, {@link #NONE} where there is none
   */
  void last(long version, int[] found) {
    long oldest = oldest();
    found[0] = version > oldest ? labels[at(version - 1)] : NONE;
    found[1] = version > oldest + 1 ? labels[at(version - 2)] : NONE;
  }

  /**
   * Finds the last two labels of the event's group.
   *
   * @param version that is {@linkplain #reaches reached}
   * @param found receives the last label and the one before it, {@link #NONE} where there is none
   */
  void lastOfGroup(FeatureVector features, int grouping, long version, int[] found) {
    byte wanted = (byte) group(features, grouping);
    byte[] ring = groups[grouping];
    long oldest = Math.max(oldest(), version - REACH);
    int count = 0;
    for (long v = version - 1; v >= oldest && count < 2; v--) {
      if (ring[at(v)] == wanted) {
        found[count] = labels[at(v)];
        count++;
      }
    }
    for (; count < 2; count++) {
      found[count] = NONE;
    }
  }

  /** Bytes of places without a label. */
  long emptyBytes() {
    return (labels.length - (end - oldest())) * (1 + groups.length);
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeInt(labels.length);
    long oldest = oldest();
    out.writeLong(begin);
    out.writeLong(oldest);
    out.writeLong(end);
    for (long v = oldest; v < end; v++) {
      out.writeByte(labels[at(v)]);
      for (byte[] group : groups) {
        out.writeByte(group[at(v)]);
      }
    }
  }

  void readFrom(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 2 * REACH || length > LARGEST || Integer.bitCount(length) != 1) {
      throw new IOException("snapshot holds %s last labels".formatted(length));
    }
    labels = new byte[length];
    for (int g = 0; g < groups.length; g++) {
      groups[g] = new byte[length];
    }
    begin = SnapshotArrays.readCount(in, "first label");
    held = SnapshotArrays.readCount(in, "first label that is held");
    end = SnapshotArrays.readCount(in, "labels");
    if (begin > held || held > end || end - held > length) {
      throw new IOException("snapshot holds labels %s to %s".formatted(held, end));
    }
    for (long v = held; v < end; v++) {
      byte label = in.readByte();
      if (label < 0 || label >= domain.classes()) {
        throw new IOException(
            "snapshot holds label %s, there are %s classes".formatted(label, domain.classes()));
      }
      labels[at(v)] = label;
      for (byte[] group : groups) {
        group[at(v)] = in.readByte();
      }
    }
  }
}
