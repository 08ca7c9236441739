// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotArrays;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Model state as its length (int) and its versioned snapshot. Never Java serialization, never Kryo.
 *
 * <p>Flink's heap state calls {@link #copy} once per key and checkpoint, when a model is touched
 * while its previous version is still being written.
 */
final class ModelStateSerializer extends TypeSerializer<ModelState> {
  private static final long serialVersionUID = 1L;

  private final ModelSpec spec;

  ModelStateSerializer(ModelSpec spec) {
    this.spec = spec;
  }

  ModelSpec spec() {
    return spec;
  }

  @Override
  public void serialize(ModelState state, DataOutputView target) throws IOException {
    byte[] bytes = toBytes(state);
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
  public ModelState deserialize(DataInputView source) throws IOException {
    byte[] bytes = SnapshotArrays.readBytes(source);
    try {
      return fromBytes(bytes);
    } catch (IOException e) {
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public ModelState deserialize(ModelState reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public ModelState copy(ModelState from) {
    try {
      return from.successor();
    } catch (IOException e) {
      throw new UncheckedIOException("copying model state failed", e);
    }
  }

  @Override
  public ModelState copy(ModelState from, ModelState reuse) {
    return copy(from);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    byte[] bytes = SnapshotArrays.readBytes(source);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  private static byte[] toBytes(ModelState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    state.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private ModelState fromBytes(byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    ModelState state;
    try {
      state = ModelState.read(spec, new DataInputStream(in));
    } catch (EOFException e) {
      throw new IOException("model state ends after %s bytes".formatted(bytes.length), e);
    }
    if (in.available() > 0) {
      throw new IOException("%s bytes follow the end of the model state".formatted(in.available()));
    }
    return state;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<ModelState> duplicate() {
    return this;
  }

  @Override
  public ModelState createInstance() {
    return ModelState.create(spec);
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
  public TypeSerializerSnapshot<ModelState> snapshotConfiguration() {
    return new ModelStateSerializerSnapshot(spec);
  }
}
