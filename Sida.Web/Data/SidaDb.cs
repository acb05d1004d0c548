using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sida.Web.Data.Entities;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Data;

/// <summary>
/// The database as one owner sees it, or as the server itself does. The scope is part of every query and is checked again when
/// something is saved, so a forgotten condition shows nothing instead of everything. Only <see cref="Access.AccessService"/>
/// opens one.
/// </summary>
internal abstract class SidaDb(DbContextOptions options) : DbContext(options)
{
    private Guid _owner;
    private Guid _project;
    private bool _everything;

    public DbSet<Owner> Owners => Set<Owner>();

    public DbSet<Conversation> Conversations => Set<Conversation>();

    public DbSet<Question> Questions => Set<Question>();

    public DbSet<Analysis> Analyses => Set<Analysis>();

    public DbSet<RecordedEvents> RecordedEvents => Set<RecordedEvents>();

    public DbSet<Mask> Masks => Set<Mask>();

    public DbSet<Picture> Pictures => Set<Picture>();

    public DbSet<Share> Shares => Set<Share>();

    public DbSet<Feedback> Feedback => Set<Feedback>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<AccountLink> AccountLinks => Set<AccountLink>();

    public DbSet<AccountSession> AccountSessions => Set<AccountSession>();

    public DbSet<AccountLogin> AccountLogins => Set<AccountLogin>();

    public DbSet<ReviewProject> ReviewProjects => Set<ReviewProject>();

    public DbSet<ProjectMember> ProjectMembers => Set<ProjectMember>();

    public DbSet<ReviewItem> ReviewItems => Set<ReviewItem>();

    public DbSet<AnnotationLine> AnnotationLines => Set<AnnotationLine>();

    public DbSet<AnnotationVersion> AnnotationVersions => Set<AnnotationVersion>();

    public DbSet<EarlierAnswer> EarlierAnswers => Set<EarlierAnswer>();

    public DbSet<LineComparison> LineComparisons => Set<LineComparison>();

    public DbSet<ReviewComment> ReviewComments => Set<ReviewComment>();

    public DbSet<CommentMention> CommentMentions => Set<CommentMention>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    /// <summary>Shows the rows of one owner only; until a scope is set there are none.</summary>
    public void ShowOwner(Guid owner) => _owner = owner;

    /// <summary>Shows the rows of one review project too.</summary>
    public void ShowProject(Guid project) => _project = project;

    /// <summary>Shows all rows, for the server's own work.</summary>
    public void ShowEverything() => _everything = true;

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        CheckOwners();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        CheckOwners();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        // SQLite can't compare times with an offset; both databases can compare UTC times.
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTimeConverter>();
        conventions.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        SidaModel.Build(model);
        model.Entity<Owner>().HasQueryFilter(owner => _everything || owner.Id == _owner);
        model.Entity<Conversation>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Question>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Analysis>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<RecordedEvents>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Mask>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Picture>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Share>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Feedback>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<ApiKey>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<Account>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<AccountLink>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<AccountSession>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<AccountLogin>().HasQueryFilter(row => _everything || row.OwnerId == _owner);
        model.Entity<ReviewProject>().HasQueryFilter(row => _everything || row.Id == _project);
        model.Entity<ProjectMember>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<ReviewItem>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<AnnotationLine>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<AnnotationVersion>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<EarlierAnswer>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<LineComparison>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<ReviewComment>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<CommentMention>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<AuditEntry>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<Webhook>().HasQueryFilter(row => _everything || row.ProjectId == _project);
        model.Entity<WebhookDelivery>().HasQueryFilter(row => _everything || row.ProjectId == _project);
    }

    private void CheckOwners()
    {
        if (_everything)
        {
            return;
        }

        foreach (EntityEntry<IOwned> entry in ChangeTracker.Entries<IOwned>())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && entry.Entity.OwnerId != _owner)
            {
                throw new InvalidOperationException($"A {entry.Metadata.ClrType.Name} of another owner was about to be saved.");
            }
        }

        foreach (EntityEntry<IProjectRow> entry in ChangeTracker.Entries<IProjectRow>())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && entry.Entity.ProjectId != _project)
            {
                throw new InvalidOperationException($"A {entry.Metadata.ClrType.Name} of another project was about to be saved.");
            }
        }
    }
}
