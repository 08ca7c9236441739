// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.router.Pending;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What waits under a model key: a header with the version of the layout, then the entries in the
 * order they were added. A copy shares all entries, so the copy that Flink's heap state makes when
 * a key is touched during a checkpoint takes the same time however many wait.
 */
abstract class PendingSerializer<V> extends PlainSerializer<Pending<V>> {
  private static final long serialVersionUID = 1L;

  private final String tag;
  private final int version;

  /**
   * @param tag of the layout, four ASCII characters
   * @param version the newest; those before can be read
   */
  PendingSerializer(String tag, int version) {
    this.tag = tag;
    this.version = version;
  }

  /**
   * @param layout the version that is written
   */
  abstract void writeValue(V value, DataOutput out, int layout) throws IOException;

  /** The version to write, where an older one holds all that there is. */
  int versionOf(Pending<V> pending) {
    return version;
  }

  /**
   * @param layout the version that was written
   */
  abstract V readValue(DataInput in, int layout) throws IOException;

  /** About how many bytes of heap a value takes. */
  abstract long heapBytes(V value);

  @Override
  public void serialize(Pending<V> pending, DataOutputView target) throws IOException {
    int layout = versionOf(pending);
    SnapshotHeader.write(target, tag, layout);
    pending.writeSnapshot(target, (value, out) -> writeValue(value, out, layout));
  }

  @Override
  public Pending<V> deserialize(DataInputView source) throws IOException {
    int layout = SnapshotHeader.read(source, tag, version);
    return Pending.restore(source, in -> readValue(in, layout), this::heapBytes);
  }

  @Override
  public Pending<V> copy(Pending<V> from) {
    return from.copy();
  }

  @Override
  public Pending<V> createInstance() {
    return new Pending<>(this::heapBytes);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }
}
