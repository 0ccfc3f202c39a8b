const arm = /^(default_arm64|a1|t4g|[a-z]+\d+g[a-z]*)(\.|$)/;

/** The processor architecture of an EC2 instance type, family or Batch's own bundle of families. */
export function architectureOf(instanceType: string): 'arm64' | 'x86_64' {
  return arm.test(instanceType) ? 'arm64' : 'x86_64';
}
