// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.SnapshotText;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;

/**
 * Names of a schema as a snapshot holds them: a few as they are, many as their number and digest. A
 * job may have a model for each of many keys, and not each should repeat thousands of names.
 */
sealed interface SavedNames {
  /** Longer lists are not repeated. */
  int MOST_LISTED = 256;

  /** Whether they are these. */
  boolean are(List<String> names);

  /** In words, for messages. */
  String words();

  void write(DataOutput out) throws IOException;

  /** Names of a schema. */
  static SavedNames of(List<String> names) {
    return names.size() <= MOST_LISTED ? new Listed(names) : Digested.of(names);
  }

  /**
   * Reads what {@link #write} wrote; versions that had no digests listed names of any number.
   *
   * @throws IOException when the input ends or holds no names
   */
  static SavedNames read(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      return Digested.read(count, in);
    }
    List<String> names = new ArrayList<>();
    for (int left = count; left > 0; left--) {
      names.add(SnapshotText.read(in));
    }
    return new Listed(names);
  }

  /** The names themselves, after their number. */
  record Listed(List<String> names) implements SavedNames {
    @Override
    public boolean are(List<String> others) {
      return names.equals(others);
    }

    @Override
    public String words() {
      return names.toString();
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeInt(names.size());
      for (String name : names) {
        SnapshotText.write(out, name);
      }
    }
  }

  /** Minus their number, then their SHA-256. */
  final class Digested implements SavedNames {
    private static final int BYTES = 32;

    /** Of the lists in use, each once for all models. */
    private static final Map<List<String>, Digested> KNOWN =
        Collections.synchronizedMap(new WeakHashMap<>());

    private final int count;
    private final byte[] digest;

    private Digested(int count, byte[] digest) {
      this.count = count;
      this.digest = digest;
    }

    private static Digested of(List<String> names) {
      return Objects.requireNonNull(
          KNOWN.computeIfAbsent(names, list -> new Digested(list.size(), digest(list))));
    }

    private static byte[] digest(List<String> names) {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
      for (String name : names) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
      }
      return digest.digest();
    }

    private static Digested read(int negative, DataInput in) throws IOException {
      if (negative >= -MOST_LISTED) {
        throw new IOException("snapshot names a list of " + negative + " texts");
      }
      byte[] digest = new byte[BYTES];
      in.readFully(digest);
      return new Digested(-negative, digest);
    }

    @Override
    public boolean are(List<String> names) {
      return names.size() == count && Arrays.equals(of(names).digest, digest);
    }

    @Override
    public String words() {
      return "%s values (SHA-256 %s...)"
          .formatted(count, HexFormat.of().formatHex(digest, 0, Integer.BYTES));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeInt(-count);
      out.write(digest);
    }
  }
}
