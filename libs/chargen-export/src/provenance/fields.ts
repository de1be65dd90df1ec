/** What a copy states about its origin. */
export interface ProvenanceFields {
  readonly title: string;
  readonly alt: string | null;
  /** `trainedAlgorithmicMedia` for a picture of the model, `compositeWith…` for one that a person then changed. */
  readonly digitalSourceType: 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia' | undefined;
  /** The version that answered; undefined if no model is known to have made it. */
  readonly model: string | undefined;
  /** ISO 8601. */
  readonly madeAt: string | undefined;
  readonly creator: string | undefined;
  readonly credit: string | undefined;
  /** Only if it was asked for. */
  readonly prompt: string | undefined;
}

/** The name of Google's models in the field AI System Used. */
const AI_SYSTEM = 'Google Gemini';

/** The terms of IPTC: https://cv.iptc.org/newscodes/digitalsourcetype/ */
const SOURCE_TYPES = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

/**
 * The XMP packet of a copy, by the names of the IPTC Photo Metadata Standard 2025.1
 * (https://www.iptc.org/std/photometadata/specification/).
 */
export function xmpPacket(fields: ProvenanceFields): string {
  const { digitalSourceType, model, madeAt, creator, credit, prompt, title, alt } = fields;
  const properties = [
    languages('dc:title', title),
    alt === null ? '' : languages('Iptc4xmpCore:AltTextAccessibility', alt),
    creator === undefined
      ? ''
      : `<dc:creator><rdf:Seq><rdf:li>${text(creator)}</rdf:li></rdf:Seq></dc:creator>`,
    property('photoshop:Credit', credit),
    property('photoshop:DateCreated', madeAt),
    property('Iptc4xmpExt:DigitalSourceType', digitalSourceType && SOURCE_TYPES + digitalSourceType),
    property('Iptc4xmpExt:AISystemUsed', model === undefined ? undefined : AI_SYSTEM),
    property('Iptc4xmpExt:AISystemVersionUsed', model),
    property('Iptc4xmpExt:AIPromptInformation', prompt),
  ];
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"' +
      ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"' +
      ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"' +
      ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">',
    ...properties.filter((one) => one !== ''),
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('\n');
}

function property(name: string, value: string | undefined): string {
  return value === undefined ? '' : `<${name}>${text(value)}</${name}>`;
}

function languages(name: string, value: string): string {
  return `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${text(value)}</rdf:li></rdf:Alt></${name}>`;
}

/** What XML 1.0 cannot hold at all, and what has a meaning in it. */
function text(value: string): string {
  return value
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
