import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.ts';
import { defaultSettings, type SettingName, settingNames } from '../../src/config/settings.ts';
import type { Entries } from '../../src/config/sources/reading.ts';
import { someSettings } from './arbitrary-settings.ts';

const sources: fc.Arbitrary<Entries[]> = fc
  .array(someSettings, { maxLength: 4 })
  .map((layers) =>
    layers.map(
      (cases, place): Entries =>
        new Map(
          [...cases].map(([name, { value }]) => [
            name,
            { value, origin: { kind: 'environment', variable: `LAYER_${place}` } },
          ]),
        ),
    ),
  );

test('each setting is that of the first source that has it, and says so', () => {
  fc.assert(
    fc.property(sources, fc.constantFrom(...settingNames), (layers, name) => {
      const { values, origins } = resolveSettings(layers);
      const place = layers.findIndex((layer) => layer.has(name));
      if (place === -1) {
        expect([values[name], origins[name]]).toEqual([defaultSettings[name], { kind: 'default' }]);
      } else {
        expect(values[name]).toEqual(layers[place]?.get(name)?.value);
        expect(origins[name]).toMatchObject({ variable: `LAYER_${place}` });
      }
    }),
  );
});

test('a source that sets nothing changes nothing, wherever it stands', () => {
  fc.assert(
    fc.property(sources, fc.nat(4), (layers, at) => {
      const more = layers.toSpliced(at, 0, new Map());
      expect(resolveSettings(more).values).toEqual(resolveSettings(layers).values);
    }),
  );
});

test('false and null are values like others', () => {
  const layer = (name: SettingName, value: unknown): Entries =>
    new Map([[name, { value, origin: { kind: 'default' } }]]);
  const off = layer('parallel.enabled', false);
  const on = layer('parallel.enabled', true);
  expect(resolveSettings([off, on]).values['parallel.enabled']).toBe(false);
  const none = layer('timeouts.test', null);
  expect(resolveSettings([none]).values['timeouts.test']).toBeNull();
});
