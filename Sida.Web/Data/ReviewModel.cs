using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Data;

/// <summary>Tables, keys and indexes of reviews. References are pairs (project, id): the database refuses a row that points into another project.</summary>
internal static class ReviewModel
{
    private const int NameLength = 255;
    private const int HashLength = 64;
    private const int ShortTextLength = 2000;

    public static void Build(ModelBuilder model)
    {
        model.Entity<ReviewProject>(Projects);
        model.Entity<ProjectMember>(Members);
        model.Entity<ReviewItem>(Items);
        model.Entity<AnnotationLine>(Lines);
        model.Entity<AnnotationVersion>(Versions);
        model.Entity<EarlierAnswer>(EarlierAnswers);
        model.Entity<LineComparison>(Comparisons);
        model.Entity<ReviewComment>(Comments);
        model.Entity<CommentMention>(Mentions);
        model.Entity<AuditEntry>(Audit);
        model.Entity<Webhook>(Webhooks);
        model.Entity<WebhookDelivery>(Deliveries);
    }

    private static void Projects(EntityTypeBuilder<ReviewProject> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.Property(row => row.Name).HasMaxLength(NameLength);
        table.Property(row => row.Revision).IsConcurrencyToken();
    }

    private static void Members(EntityTypeBuilder<ProjectMember> table)
    {
        table.HasKey(row => new { row.ProjectId, row.Person });
        table.HasIndex(row => row.Person);
        table.HasOne(row => row.Project).WithMany(row => row.Members).HasForeignKey(row => row.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Items(EntityTypeBuilder<ReviewItem> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.HasAlternateKey(row => new { row.ProjectId, row.Id });
        table.HasIndex(row => row.Sha256);
        table.HasIndex(row => new { row.ProjectId, row.Number }).IsUnique();
        table.HasIndex(row => new { row.ProjectId, row.Source, row.SourceKey }).IsUnique();
        table.HasIndex(row => new { row.ProjectId, row.OpenSlots, row.IsHoneypot, row.Doubt });
        table.HasIndex(row => new { row.ProjectId, row.State, row.Doubt });
        table.HasIndex(row => new { row.ProjectId, row.Doubt });
        table.HasIndex(row => new { row.ProjectId, row.ChangedAt });
        table.Property(row => row.Sha256).HasMaxLength(HashLength);
        table.Property(row => row.FileName).HasMaxLength(NameLength);
        table.Property(row => row.FileNameSearch).HasMaxLength(NameLength);
        table.Property(row => row.Format).HasMaxLength(16);
        table.Property(row => row.Source).HasMaxLength(HashLength);
        table.Property(row => row.SourceKey).HasMaxLength(NameLength);
        table.Property(row => row.ModelName).HasMaxLength(NameLength);
        table.Property(row => row.ModelHash).HasMaxLength(HashLength);
        table.Property(row => row.Revision).IsConcurrencyToken();
        table.Ignore(row => row.Picture);
        table.Ignore(row => row.Probabilities);
        table.HasOne(row => row.Project).WithMany().HasForeignKey(row => row.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Lines(EntityTypeBuilder<AnnotationLine> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.HasAlternateKey(row => new { row.ProjectId, row.Id });
        table.HasIndex(row => new { row.ItemId, row.Annotator }).IsUnique();
        table.HasIndex(row => new { row.ProjectId, row.Annotator, row.State });
        table.HasIndex(row => new { row.ProjectId, row.State, row.ReservedUntil });
        table.HasIndex(row => new { row.ProjectId, row.SubmittedAt });
        table.HasOne(row => row.Item).WithMany(row => row.Lines)
            .HasForeignKey(row => new { row.ProjectId, row.ItemId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Versions(EntityTypeBuilder<AnnotationVersion> table)
    {
        table.HasKey(row => new { row.LineId, row.Number });
        table.Property(row => row.ModelName).HasMaxLength(NameLength);
        table.Property(row => row.ModelHash).HasMaxLength(HashLength);
        table.HasOne(row => row.Line).WithMany(row => row.Versions)
            .HasForeignKey(row => new { row.ProjectId, row.LineId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void EarlierAnswers(EntityTypeBuilder<EarlierAnswer> table)
    {
        table.HasKey(row => new { row.ItemId, row.Number });
        table.HasIndex(row => new { row.ProjectId, row.ModelName });
        table.Property(row => row.ModelName).HasMaxLength(NameLength);
        table.Property(row => row.ModelHash).HasMaxLength(HashLength);
        table.HasOne(row => row.Item).WithMany()
            .HasForeignKey(row => new { row.ProjectId, row.ItemId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Comparisons(EntityTypeBuilder<LineComparison> table)
    {
        table.HasKey(row => new { row.First, row.Second });
        table.HasIndex(row => new { row.ProjectId, row.At });
        table.HasOne(row => row.Item).WithMany()
            .HasForeignKey(row => new { row.ProjectId, row.ItemId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Comments(EntityTypeBuilder<ReviewComment> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.HasAlternateKey(row => new { row.ProjectId, row.Id });
        table.Property(row => row.Text).HasMaxLength(ShortTextLength);
        table.HasOne(row => row.Item).WithMany()
            .HasForeignKey(row => new { row.ProjectId, row.ItemId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Mentions(EntityTypeBuilder<CommentMention> table)
    {
        table.HasKey(row => new { row.CommentId, row.Person });
        table.HasIndex(row => new { row.Person, row.SeenAt });
        table.HasOne(row => row.Comment).WithMany(row => row.Mentions)
            .HasForeignKey(row => new { row.ProjectId, row.CommentId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Audit(EntityTypeBuilder<AuditEntry> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.HasIndex(row => new { row.ProjectId, row.At });
        table.HasIndex(row => new { row.ProjectId, row.ItemId });
        table.HasOne(row => row.Project).WithMany().HasForeignKey(row => row.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Webhooks(EntityTypeBuilder<Webhook> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.HasAlternateKey(row => new { row.ProjectId, row.Id });
        table.Property(row => row.Url).HasMaxLength(ShortTextLength);
        table.Property(row => row.Events).HasConversion<int>();
        table.HasOne(row => row.Project).WithMany().HasForeignKey(row => row.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    private static void Deliveries(EntityTypeBuilder<WebhookDelivery> table)
    {
        table.Property(row => row.Id).ValueGeneratedNever();
        table.HasIndex(row => new { row.State, row.NextAt });
        table.HasIndex(row => new { row.ProjectId, row.CreatedAt });
        table.Property(row => row.Event).HasConversion<int>();
        table.Property(row => row.LastResult).HasMaxLength(ShortTextLength);
        table.HasOne(row => row.Webhook).WithMany()
            .HasForeignKey(row => new { row.ProjectId, row.WebhookId }).HasPrincipalKey(row => new { row.ProjectId, row.Id }).OnDelete(DeleteBehavior.Cascade);
    }
}
