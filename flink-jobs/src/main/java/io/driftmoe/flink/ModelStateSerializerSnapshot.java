// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored with a checkpoint beside the model state: the spec that the state was learned under.
 *
 * <p>State of another schema, learner or seed is refused. The layout version of the state itself is
 * in its own bytes.
 */
public final class ModelStateSerializerSnapshot implements TypeSerializerSnapshot<ModelState> {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStateSerializerSnapshot.class);

  private ModelSpec spec;

  /** Called by Flink before {@link #readSnapshot}. */
  public ModelStateSerializerSnapshot() {}

  ModelStateSerializerSnapshot(ModelSpec spec) {
    this.spec = spec;
  }

  ModelSpec spec() {
    return spec;
  }

  @Override
  public int getCurrentVersion() {
    return ModelSpec.VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    spec.write(out);
  }

  @Override
  public void readSnapshot(int version, DataInputView in, ClassLoader classLoader)
      throws IOException {
    if (version < 1 || version > ModelSpec.VERSION) {
      throw new IOException(
          "model state serializer has version %d, this build reads 1 to %d"
              .formatted(version, ModelSpec.VERSION));
    }
    spec = ModelSpec.read(version, in);
  }

  @Override
  public TypeSerializer<ModelState> restoreSerializer() {
    return new ModelStateSerializer(spec);
  }

  @Override
  public TypeSerializerSchemaCompatibility<ModelState> resolveSchemaCompatibility(
      TypeSerializerSnapshot<ModelState> old) {
    if (!(old instanceof ModelStateSerializerSnapshot that)) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    String difference = spec.differenceFrom(that.spec);
    if (!difference.isEmpty()) {
      LOG.error("model state cannot be restored: {}", difference);
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    return TypeSerializerSchemaCompatibility.compatibleAsIs();
  }
}
