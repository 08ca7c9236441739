// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * MOA's description of a stream: the attributes in order, then the class. All experts of equal
 * schemas share one header, which is not changed once it is built.
 */
final class MoaHeaders {
  private static final Map<StreamSchema, InstancesHeader> SHARED = new WeakHashMap<>();

  private MoaHeaders() {}

  static InstancesHeader of(StreamSchema schema) {
    synchronized (SHARED) {
      return SHARED.computeIfAbsent(schema, MoaHeaders::build);
    }
  }

  private static InstancesHeader build(StreamSchema schema) {
    List<Attribute> attributes = new ArrayList<>(schema.features() + 1);
    for (io.driftmoe.core.Attribute attribute : schema.attributes()) {
      attributes.add(
          attribute.isNominal()
              ? new Attribute(attribute.name(), attribute.values())
              : new Attribute(attribute.name()));
    }
    attributes.add(new Attribute("class", schema.labels().names()));
    InstancesHeader header = new InstancesHeader(new Instances("stream", attributes, 0));
    header.setClassIndex(schema.features());
    return header;
  }
}
