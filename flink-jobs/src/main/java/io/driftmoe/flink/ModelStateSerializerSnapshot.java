// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.models.ModelOrigin;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Stored with a checkpoint beside the model state: the spec that the state was learned under.
 *
 * <p>State of another schema, or of a learner that differs in a setting that cannot change, is
 * refused, and the job ends. The layout version of the state itself is in its own bytes.
 */
public final class ModelStateSerializerSnapshot implements TypeSerializerSnapshot<ModelSlot> {
  private ModelSpec spec;
  private int version = ModelOrigin.VERSION;

  /** Called by Flink before {@link #readSnapshot}. */
  public ModelStateSerializerSnapshot() {}

  ModelStateSerializerSnapshot(ModelSpec spec) {
    this.spec = spec;
  }

  ModelSpec spec() {
    return spec;
  }

  /** Whether the spec says what the models were made from, whatever presets mean today. */
  boolean saysEverySetting() {
    return version > ModelOrigin.VERSION_WITH_PRESETS_ONLY;
  }

  @Override
  public int getCurrentVersion() {
    return ModelOrigin.VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    spec.write(out);
  }

  @Override
  public void readSnapshot(int version, DataInputView in, ClassLoader classLoader)
      throws IOException {
    try {
      spec = ModelSpec.read(version, in);
      this.version = version;
    } catch (ModelOrigin.UnknownException e) {
      throw new SuppressRestartsException(e); // another attempt reads the same
    }
  }

  @Override
  public TypeSerializer<ModelSlot> restoreSerializer() {
    return new ModelStateSerializer(spec);
  }

  @Override
  public TypeSerializerSchemaCompatibility<ModelSlot> resolveSchemaCompatibility(
      TypeSerializerSnapshot<ModelSlot> old) {
    if (!(old instanceof ModelStateSerializerSnapshot that)) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    String refusal =
        that.saysEverySetting()
            ? spec.refusalOf(that.spec)
            : spec.refusalOfSchema(that.spec); // each model says the rest itself
    if (!refusal.isEmpty()) {
      // after "incompatible" Flink would restart the job again and again, and say no reason
      throw new SuppressRestartsException(new IllegalArgumentException(refusal));
    }
    return TypeSerializerSchemaCompatibility.compatibleAsIs();
  }
}
