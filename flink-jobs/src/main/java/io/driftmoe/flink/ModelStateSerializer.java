// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotArrays;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * A model as its length (int) and its versioned snapshot, which is compressed while it is parked.
 * Never Java serialization, never Kryo.
 *
 * <p>Flink's heap state calls {@link #copy} once per key and checkpoint, when a model is touched
 * while its previous version is still being written.
 */
final class ModelStateSerializer extends TypeSerializer<ModelSlot> {
  private static final long serialVersionUID = 1L;

  private final ModelSpec spec;

  ModelStateSerializer(ModelSpec spec) {
    this.spec = spec;
  }

  ModelSpec spec() {
    return spec;
  }

  @Override
  public void serialize(ModelSlot slot, DataOutputView target) throws IOException {
    byte[] bytes = toBytes(slot);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  /**
   * Reads a model.
   *
   * @throws IOException when the input fails or ends
   * @throws SuppressRestartsException when the bytes are no model that can go on under the spec:
   *     another attempt would read the same
   */
  @Override
  public ModelSlot deserialize(DataInputView source) throws IOException {
    byte[] bytes = SnapshotArrays.readBytes(source);
    try {
      return ModelSlot.read(spec, bytes);
    } catch (IOException e) {
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public ModelSlot deserialize(ModelSlot reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  /**
   * The one that goes on, which Flink asks for when a key is used while a checkpoint is written.
   * The other one is written from now on, and nothing else.
   */
  @Override
  public ModelSlot copy(ModelSlot from) {
    try {
      return from.successor();
    } catch (IOException e) {
      throw new UncheckedIOException("copying model state failed", e);
    }
  }

  @Override
  public ModelSlot copy(ModelSlot from, ModelSlot reuse) {
    return copy(from);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    byte[] bytes = SnapshotArrays.readBytes(source);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  private static byte[] toBytes(ModelSlot slot) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
    slot.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<ModelSlot> duplicate() {
    return this;
  }

  @Override
  public ModelSlot createInstance() {
    return ModelSlot.of(ModelState.create(spec));
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelStateSerializer that && spec.equals(that.spec);
  }

  @Override
  public int hashCode() {
    return spec.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<ModelSlot> snapshotConfiguration() {
    return new ModelStateSerializerSnapshot(spec);
  }
}
