using System.Xml;
using System.Xml.Linq;

namespace Sida.Web.Review.Forensics;

/// <summary>XMP packets as a flat list. They are XML from a stranger: no document types, no entities, no depth, no end of entries.</summary>
internal static class XmpFacts
{
    private const int MostEntries = 150;
    private const int MostDepth = 24;
    private const int MostValue = 500;

    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    public static IEnumerable<Fact> Read(MetadataBlocks blocks)
    {
        List<Fact> facts = [];
        foreach (ReadOnlyMemory<byte> packet in blocks.Xmp)
        {
            try
            {
                Collect(Parse(packet), facts, blocks);
            }
            catch (XmlException)
            {
                blocks.IsCut = true;
            }
        }

        return facts;
    }

    private static XElement? Parse(ReadOnlyMemory<byte> packet)
    {
        XmlReaderSettings settings = new()
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            MaxCharactersInDocument = MetadataBlocks.MostBlockBytes,
        };

        // A packet may be followed by padding, and its text by zeros.
        ReadOnlySpan<byte> bytes = packet.Span.TrimEnd((byte)0);
        using XmlReader xml = XmlReader.Create(new MemoryStream(bytes.ToArray()), settings);
        XDocument document = new();
        using (XmlWriter writer = document.CreateWriter())
        {
            while (xml.Read())
            {
                if (xml.Depth > MostDepth)
                {
                    throw new XmlException("Nested too deeply.");
                }

                Copy(xml, writer);
            }
        }

        return document.Root;
    }

    private static void Copy(XmlReader xml, XmlWriter writer)
    {
        switch (xml.NodeType)
        {
            case XmlNodeType.Element:
                writer.WriteStartElement(xml.Prefix, xml.LocalName, xml.NamespaceURI);
                writer.WriteAttributes(xml, defattr: false);
                if (xml.IsEmptyElement)
                {
                    writer.WriteEndElement();
                }

                break;
            case XmlNodeType.EndElement:
                writer.WriteEndElement();
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                writer.WriteString(xml.Value);
                break;
        }
    }

    private static void Collect(XElement? root, List<Fact> facts, MetadataBlocks blocks)
    {
        foreach (XElement description in root?.DescendantsAndSelf(Rdf + "Description") ?? [])
        {
            foreach (XAttribute attribute in description.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && attribute.Name.Namespace != Rdf))
            {
                Add(attribute.Name.LocalName, attribute.Value, facts, blocks);
            }

            foreach (XElement property in description.Elements().Where(property => !property.Descendants(Rdf + "Description").Any()))
            {
                Add(property.Name.LocalName, Value(property), facts, blocks);
            }
        }
    }

    /// <summary>The text, the address that it refers to, or the members of a list.</summary>
    private static string Value(XElement property)
    {
        XElement[] leaves = [.. property.DescendantsAndSelf().Where(element => !element.HasElements)];
        return string.Join("; ", leaves.Select(leaf => leaf.Value.Length > 0
            ? leaf.Value
            : string.Join(", ", leaf.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).Select(attribute => attribute.Value))));
    }

    private static void Add(string name, string value, List<Fact> facts, MetadataBlocks blocks)
    {
        if (facts.Count == MostEntries)
        {
            blocks.IsCut = true;
        }
        else if (!string.IsNullOrWhiteSpace(value))
        {
            facts.Add(new Fact(MetadataBlocks.Readable(name, 80), MetadataBlocks.Readable(value, MostValue)));
        }
    }
}
