// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import moa.classifiers.core.attributeclassobservers.AttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.GaussianNumericAttributeClassObserver;
import moa.classifiers.core.attributeclassobservers.NominalAttributeClassObserver;
import moa.classifiers.trees.HoeffdingTree;

/**
 * MOA's Hoeffding tree, prediction for prediction, without two costs of the original.
 *
 * <p>New attribute observers are constructed. The original clones a prototype through Java
 * serialization, once per attribute and leaf.
 *
 * <p>Memory is never estimated. The original walks the model every 1,000,000 units of weight and
 * asks a Java agent for object sizes; without the agent every size is -1, the leaf estimates stay
 * 0, the overhead becomes -infinity and no limit is ever enforced. With it, the same events could
 * give another tree. A period of 0 switches the walk off: the remainder of a division by 0.0 is
 * NaN, never 0.
 */
final class LeanHoeffdingTree extends HoeffdingTree {
  private static final long serialVersionUID = 1L;

  LeanHoeffdingTree() {
    memoryEstimatePeriodOption.setValue(0);
  }

  @Override
  protected AttributeClassObserver newNominalClassObserver() {
    return new NominalAttributeClassObserver();
  }

  @Override
  protected AttributeClassObserver newNumericClassObserver() {
    return new GaussianNumericAttributeClassObserver();
  }
}
