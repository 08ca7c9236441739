// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The branches of one model, in the order they began; those that were dropped among them. */
final class Branches {
  private static final String TAG = "brch";
  private static final int VERSION = 1;

  /** Active and dropped ones. */
  static final int MOST = 16;

  private final List<Branch> all = new ArrayList<>();

  /** A view. */
  List<Branch> all() {
    return Collections.unmodifiableList(all);
  }

  List<Branch> active() {
    return all.stream().filter(Branch::isActive).toList();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The one of this name, dropped or not; null for none. */
  @Nullable Branch of(String name) {
    return all.stream().filter(branch -> branch.name().equals(name)).findFirst().orElse(null);
  }

  /** Adds one, in place of any of its name; of those that were dropped the latest stay. */
  void put(Branch branch) {
    forget(branch.name());
    all.add(branch);
    for (int i = 0; all.size() > MOST && i < all.size(); i++) {
      if (!all.get(i).isActive()) {
        all.remove(i);
        break;
      }
    }
  }

  void forget(String name) {
    all.removeIf(branch -> branch.name().equals(name));
  }

  /** The one of this number while it is active; null for none. */
  @Nullable Branch active(int number) {
    for (Branch branch : all) {
      if (branch.number() == number && branch.isActive()) {
        return branch;
      }
    }
    return null;
  }

  /** About how many bytes of heap they take. */
  long heapBytes() throws IOException {
    long bytes = 0;
    for (Branch branch : all) {
      bytes += branch.heapBytes();
    }
    return bytes;
  }

  /** One that goes on like this one, which from now on is only written. */
  Branches successor() throws IOException {
    Branches next = new Branches();
    for (Branch branch : all) {
      next.all.add(branch.successor());
    }
    return next;
  }

  void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(all.size());
    for (Branch branch : all) {
      branch.write(out);
    }
  }

  static Branches read(StreamSchema schema, DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    int count = in.readInt();
    if (count < 0 || count > MOST) {
      throw new IOException("%s saved branches".formatted(count));
    }
    Branches branches = new Branches();
    for (int i = 0; i < count; i++) {
      branches.all.add(Branch.read(schema, i + 1, in));
    }
    return branches;
  }
}
