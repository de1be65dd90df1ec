/** The files of each bundle, by package folder: name of the file, and the module in dist that it begins with. */
export declare const BUNDLES: Readonly<
  Record<
    'libs/yaml-splice' | 'libs/chargen-core' | 'tools/chargen-plugin' | 'tools/chargen-cli',
    Readonly<Record<string, string>>
  >
>;
export declare function bundlePackage(
  folder: string,
  entries: Readonly<Record<string, string>>,
): Promise<void>;
export declare function bundleAll(): Promise<void>;
