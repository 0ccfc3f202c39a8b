interface TrustStatement {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string | readonly string[] };
}

/** The services that a trust policy lets assume its role. */
export function trustedServices(document: string): string[] {
  const { Statement = [] } = JSON.parse(document) as { Statement?: TrustStatement | TrustStatement[] };
  return [Statement]
    .flat()
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Principal }) => [Principal?.Service ?? []].flat());
}

interface Grant {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Whether a policy document allows an action on a resource; conditions are not looked at. */
export function grants(document: string, action: string, resource: string): boolean {
  const { Statement = [] } = JSON.parse(document) as { Statement?: Grant | Grant[] };
  const matching = [Statement].flat().filter(({ Action = [], Resource = [] }) => {
    const resources = [Resource].flat();
    return (
      [Action].flat().some(one => isLike(one.toLowerCase(), action.toLowerCase())) &&
      resources.some(one => isLike(one, resource))
    );
  });
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

function isLike(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
