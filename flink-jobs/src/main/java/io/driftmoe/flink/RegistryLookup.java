// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Asks a registry for the schemas of records, as a job does. For one thread. */
public final class RegistryLookup {
  private final RegistrySchemas schemas;

  /** Why the registry did not answer; it is not asked again, for each record of a sample. */
  private @Nullable IOException outage;

  /**
   * Asks nothing yet.
   *
   * @param registry where the schemas are
   * @throws IllegalArgumentException when a property refers to something that is not here
   */
  public RegistryLookup(RegistryOptions registry) {
    this.schemas = new RegistrySchemas(new RegistryClient(new RegistryHttp(registry)));
  }

  /**
   * {@return the schema of an id}
   *
   * @param id as it stands in a record
   * @throws IOException when the registry does not answer, or has no such schema
   */
  public Schema schema(int id) throws IOException {
    if (outage != null) {
      throw new IOException(outage.getMessage(), outage);
    }
    try {
      return schemas.byId(id);
    } catch (RejectedException e) {
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      outage = e;
      throw e;
    }
  }
}
