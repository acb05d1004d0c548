using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Web.Review;
using Sida.Web.Review.Explaining;

namespace Sida.Web.Components.Review;

/// <summary>Verdict and text on an open page while they are worked on. The mask is the browser's.</summary>
public sealed class AnnotationDraft
{
    private List<Statement> _statements = [];

    /// <summary>Something was changed by the person at the page.</summary>
    public event Action? Changed;

    public Verdict? Verdict { get; private set; }

    public Sida.Web.Review.Certainty? Certainty { get; private set; }

    public List<string> Reasons { get; private set; } = [];

    public IReadOnlyList<Statement> Statements => _statements;

    /// <summary>The text while it is one piece; null when it is in fields.</summary>
    public string? Plain { get; private set; }

    /// <summary>The text in the official grammar.</summary>
    public string Explanation => Plain ?? ExplanationText.Write(_statements, Verdict);

    /// <summary>Begins with an annotation; null with nothing.</summary>
    public static AnnotationDraft From(Annotation? annotation)
    {
        AnnotationDraft draft = new() { Verdict = annotation?.Verdict, Certainty = annotation?.Certainty, Reasons = [.. annotation?.Reasons ?? []] };
        draft.Read(annotation?.Explanation ?? "");
        return draft;
    }

    /// <summary>Goes on with what a browser has kept.</summary>
    public static AnnotationDraft From(EditorFields kept)
    {
        AnnotationDraft draft = new() { Verdict = kept.Verdict, Certainty = kept.Certainty, Reasons = [.. kept.Reasons] };
        if (kept.Places is { } places)
        {
            draft._statements = [.. places.Select(place => new Statement(place.Key, place.Section, place.Tag, kept.Texts.GetValueOrDefault(place.Key) ?? ""))];
        }
        else
        {
            draft.Plain = kept.Texts.GetValueOrDefault(EditorFields.PlainKey) ?? kept.Explanation;
        }

        return draft;
    }

    public EditorFields ToFields() => new()
    {
        Verdict = Verdict,
        Certainty = Certainty,
        Reasons = [.. Reasons],
        Explanation = Explanation,
        Keys = Plain is null ? [.. ExplanationText.Said(_statements).Select(one => one.Key)] : [.. ExplanationText.Read(Plain).Select((_, number) => $"{EditorFields.PlainKey}-{number}")],
        Texts = Plain is null ? _statements.ToDictionary(one => one.Key, one => one.Text) : new() { [EditorFields.PlainKey] = Plain },
        Places = Plain is null ? [.. _statements.Select(one => new SentencePlace(one.Key, one.Section, one.Tag))] : null,
    };

    public ExplanationCheck Check(TokenCounter counter) =>
        ExplanationCheck.Of(Plain is null ? _statements : ExplanationText.Read(Plain), Verdict, counter);

    /// <summary>Chooses a verdict; a type that only repeated the former one goes along.</summary>
    public void Choose(Verdict verdict)
    {
        string? before = Verdict is { } former ? StatementKinds.TypeOf(former) : null;
        Verdict = verdict;
        _statements = [.. _statements.Select(one => one.Section == ExplanationSection.Type && one.Text == before ? one with { Text = StatementKinds.TypeOf(verdict) } : one)];
        Changed?.Invoke();
    }

    public void Choose(Sida.Web.Review.Certainty? certainty)
    {
        Certainty = certainty;
        Changed?.Invoke();
    }

    public void Toggle(string reason)
    {
        if (!Reasons.Remove(reason))
        {
            Reasons.Add(reason);
        }

        Changed?.Invoke();
    }

    public void Write(string key, string text)
    {
        if (key == EditorFields.PlainKey)
        {
            Plain = text;
        }
        else
        {
            Replace(key, one => one with { Text = text });
        }

        Changed?.Invoke();
    }

    public void Retag(string key, ExplanationSection section, string tag)
    {
        Replace(key, one => one with { Section = section, Tag = tag });
        Changed?.Invoke();
    }

    public Statement Add(ExplanationSection section, string? tag)
    {
        Statement added = Statement.Of(section, tag);
        _statements.Add(added);
        Changed?.Invoke();
        return added;
    }

    public void Remove(string key)
    {
        _statements.RemoveAll(one => one.Key == key);
        Changed?.Invoke();
    }

    /// <summary>Takes the text apart into fields, or puts the fields together to a text.</summary>
    public void TurnOver()
    {
        if (Plain is { } text)
        {
            Plain = null;
            _statements = [.. ExplanationText.Read(text)];
        }
        else
        {
            Plain = Explanation;
        }

        Changed?.Invoke();
    }

    /// <summary>Adds the fields that a complete explanation of the verdict has and this one lacks.</summary>
    public void AddMissing()
    {
        if (Verdict is not { } verdict)
        {
            return;
        }

        static bool isCue(Statement one) => one.Section is ExplanationSection.VisualInconsistencies or ExplanationSection.Consistency or ExplanationSection.Authenticity;
        List<Statement> missing = [.. StatementKinds.Needed(verdict).Where(needed => !_statements.Exists(one => one.Section == needed.Section || (isCue(one) && isCue(needed))))];
        _statements.AddRange(missing);
        Changed?.Invoke();
    }

    /// <summary>Takes over another text as a whole.</summary>
    public void Read(string text)
    {
        bool isStructured = text.Length == 0 || Engine.Language.Prompts.Explanation.Parse(text).IsStructured;
        Plain = isStructured ? null : text;
        _statements = isStructured ? [.. ExplanationText.Read(text)] : [];
        Changed?.Invoke();
    }

    private void Replace(string key, Func<Statement, Statement> change) => _statements = [.. _statements.Select(one => one.Key == key ? change(one) : one)];
}
