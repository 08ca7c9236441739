// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/**
 * What an input of an {@link InputEncoder} stands for.
 *
 * @param name of a numeric attribute, or of a nominal one and its value
 * @param nominal whether the input is 1 for that value and 0 for others
 */
public record InputMeaning(String name, boolean nominal) {}
